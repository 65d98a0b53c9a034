<?php

/**
 * The bot of Acme.
 */
return [
    'key' => 'a-key', // from the tab Production
    'secret' => "a \"secret\"",
];
