select concat_ws(' ', version, description) from atlas_schema_revisions.atlas_schema_revisions order by version desc limit 1;
