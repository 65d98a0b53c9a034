<?php
return [
    'credentials' => [
        'sid' => '[SID]',
        'auth_token' => 0123,
    ]
];
