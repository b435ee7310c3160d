<?php
/**
 * A must-use plugin of the tests: a count of views, as plugins for that give one; and nothing is
 * asked of other servers, nor of this one by itself, which answers one request at a time.
 *
 * Each post has a REST field "post_views", and a route of its own that answers with a bare number.
 */
add_filter('pre_http_request', fn () => new WP_Error('http_request_not_executed', 'Blocked.'));
add_action('rest_api_init', function () {
    $views = fn ($id) => (int) get_post_meta($id, 'views', true);
    register_rest_field('post', 'post_views', [
        'get_callback' => fn ($post) => $views($post['id']),
        'schema' => ['type' => 'integer'],
    ]);
    register_rest_route('view-counts', '/of/(?P<id>\d+)', [
        'methods' => 'GET',
        'callback' => fn ($request) => $views($request['id']),
        'permission_callback' => '__return_true',
    ]);
});
