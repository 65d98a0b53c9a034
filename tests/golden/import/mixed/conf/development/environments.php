<?php
return ['development' => ['type' => 'http_host']];
