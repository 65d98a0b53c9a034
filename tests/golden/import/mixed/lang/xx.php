<?php return ['yes' => 'x'];
