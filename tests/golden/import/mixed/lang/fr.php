<?php return ['yes' => 'Oui, café'];
