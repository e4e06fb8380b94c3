<?php
header('Content-Type: application/json');
$line = json_decode(file_get_contents('php://input'));
echo json_encode(['letters' => strlen($line->text)]);
