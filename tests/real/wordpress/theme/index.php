<?php
// As little of a theme as shows what WordPress makes of a post; Debian's are packages of their own.
while (have_posts()) {
    the_post();
    the_title('<h1>', '</h1>');
    the_post_thumbnail();
    the_content();
}
