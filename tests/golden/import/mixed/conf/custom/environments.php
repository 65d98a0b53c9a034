<?php return [
    'development' => ['type' => 'http_host', 'regex' => '/^dev\.example\.com$/m'],
    'preproduction' => ['type' => 'script_name', 'regex' => "/^.*staging/.*/m"],
];
