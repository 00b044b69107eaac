select migration_name from public._prisma_migrations where finished_at is not null order by finished_at desc limit 1;
