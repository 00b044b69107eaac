-- A wrapper without a handler: foreign tables can be declared, and no file can be read.
CREATE FOREIGN DATA WRAPPER file_fdw;
GRANT USAGE ON FOREIGN DATA WRAPPER file_fdw TO PUBLIC;
