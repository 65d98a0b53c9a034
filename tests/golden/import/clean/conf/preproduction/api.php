<?php
return array('key' => 'pre-key', 'secret' => 'pre-secret');
