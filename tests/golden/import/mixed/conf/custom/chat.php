<?php
// Live agents, since spring
return array(
    'chat' => array(
        'enabled' => 'true',
        'version' => '1',
        'appId' => 'acme-' . 'app',
        'secret' => <<<'SECRET'
        it's "mine"
        SECRET,
        # the queue of the shop
        'roomId' => 0x10,
        'lang' => 'en',
        'source' => '3',
        'regionServer' => 'us',
        'server' => 'https://hyperchat.example.com',
        'server_port' => 443,
        'queue' => ['active' => true],
        'serverr' => 'x',
        'timetable' => [
            'monday' => ['09:00-12:00', '13:00-18:00'],
            'sunday' => [],
            'exceptions' => [
                // Christmas
                ['date' => '12-25', 'hours' => []],
            ],
        ],
        // 'surveyId' => '2',
    ),
    'triesBeforeEscalation' => 2,
    'triesBeforeEscalation' => 3,
    'negativeRatingsBeforeEscalation' => 'never',
    'messenger' => [
        'auht_url' => 'https://api.example.com',
        'key' => 'another-key',
    ],
);
