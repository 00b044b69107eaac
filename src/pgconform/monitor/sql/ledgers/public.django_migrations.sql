select app || '.' || name from public.django_migrations order by id desc limit 1;
