<?php
header('Content-Type: text/event-stream');
header('Cache-Control: no-cache');

while (!connection_aborted()) {
    $time = date('H:i:s');
    echo "id: news\nretry: 1000\ndata: It is {$time}\n\n";
    ob_flush();
    flush();
    usleep(200000);
}
