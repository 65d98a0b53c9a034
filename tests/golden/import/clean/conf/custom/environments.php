<?php
return ['preproduction' => ['type' => 'script_name', 'regex' => "/^.*staging/.*/m"]];
