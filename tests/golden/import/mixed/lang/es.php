<?php
return [
    'yes' => 'Sí, claro',
    'no' => 'No',
    'agent_joined' => 'Ha llegado $agentName.',
    'queue_estimation' => "Hay $queuePosition personas delante.",
    // our own
    'not_really' => "Pues \"no\"\nla verdad",
    'rating_positive' => '¡Bien!',
    'thankss' => 'Gracias',
];
