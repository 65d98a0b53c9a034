<?php

/**
 * The bot of Acme.
 */
return [
    'key' => 'a-key',       // from the tab Production
    'secret' => getenv('BOT_SECRET'),
    'messenger' => [
        'key' => 'm-key',
        'secret' => "m\"secret\x21",
        'webhook_secret' => 'w-secret',
    ],
];
