<?php
return ['thanks' => 'Thank you!', 'yes' => 'Yes'];
