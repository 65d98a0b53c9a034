<?php
return [
    // The company's account
    'credentials' => [
        'sid' => 'AC00000000000000000000000000000000',
        'auth_token' => '0123456789abcdef0123456789abcdef'
    ]
];
