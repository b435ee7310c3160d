<?php
// Run by the tests: php run.php SITE 'some PHP'. Loads WordPress, evaluates, prints what it gives.
$_SERVER['HTTP_HOST'] = getenv('WORDPRESS_HOST');
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
echo json_encode(eval($argv[2]));
