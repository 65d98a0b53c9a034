<?php
return ['secret' => 'dev-secret', 'key' => 'dev-key',
  'environments' => ['fixed' => 'x']];
