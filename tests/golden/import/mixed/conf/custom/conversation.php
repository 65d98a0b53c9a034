<?php
$ratings = [
    ['id' => 1, 'label' => 'yes', 'comment' => false, 'isNegative' => false],
    // ask why
    ['id' => 2, 'label' => 'not_really', 'comment' => true, 'isNegative' => true, 'colour' => 'red'],
];

return [
    'default' => [
        'answers' => ['sideBubbleAttributes' => ['SIDE_TEXT'], 'answerAttributes' => [], 'maxOptions' => 500],
        'forms' => ['allowUserToAbandonForm' => 1, 'errorRetries' => 3.0],
        'lang' => 'es',
    ],
    'user_type' => -0,
    'content_ratings' => ['enabled' => true, 'ratings' => $ratings],
    'digester' => ['button_title' => ''],
    SOMETHING => 1,
];
