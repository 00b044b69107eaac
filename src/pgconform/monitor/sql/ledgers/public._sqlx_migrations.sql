select version || ' ' || description from public._sqlx_migrations where success order by version desc limit 1;
