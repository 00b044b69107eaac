-- The vector types with their dimensions, over text; distances are 0 and there is no hnsw or ivfflat index.
CREATE FUNCTION @extschema@.vector_typmod_in(cstring[])
  RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodin';
CREATE FUNCTION @extschema@.vector_typmod_out(integer)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varchartypmodout';
CREATE TYPE @extschema@.vector;
CREATE FUNCTION @extschema@.vector_in(cstring)
  RETURNS @extschema@.vector LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.vector_out(@extschema@.vector)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE TYPE @extschema@.vector (INPUT = @extschema@.vector_in, OUTPUT = @extschema@.vector_out,
  TYPMOD_IN = @extschema@.vector_typmod_in,
  TYPMOD_OUT = @extschema@.vector_typmod_out, STORAGE = external);
CREATE TYPE @extschema@.halfvec;
CREATE FUNCTION @extschema@.halfvec_in(cstring)
  RETURNS @extschema@.halfvec LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.halfvec_out(@extschema@.halfvec)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE TYPE @extschema@.halfvec (INPUT = @extschema@.halfvec_in, OUTPUT = @extschema@.halfvec_out,
  TYPMOD_IN = @extschema@.vector_typmod_in,
  TYPMOD_OUT = @extschema@.vector_typmod_out, STORAGE = external);
CREATE TYPE @extschema@.sparsevec;
CREATE FUNCTION @extschema@.sparsevec_in(cstring)
  RETURNS @extschema@.sparsevec LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.sparsevec_out(@extschema@.sparsevec)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE TYPE @extschema@.sparsevec (INPUT = @extschema@.sparsevec_in, OUTPUT = @extschema@.sparsevec_out,
  TYPMOD_IN = @extschema@.vector_typmod_in,
  TYPMOD_OUT = @extschema@.vector_typmod_out, STORAGE = external);
CREATE CAST (text AS @extschema@.vector) WITH INOUT AS ASSIGNMENT;
CREATE CAST (real[] AS @extschema@.vector) WITH INOUT AS ASSIGNMENT;
CREATE CAST (double precision[] AS @extschema@.vector) WITH INOUT AS ASSIGNMENT;
CREATE CAST (@extschema@.vector AS @extschema@.halfvec) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (@extschema@.halfvec AS @extschema@.vector) WITHOUT FUNCTION AS IMPLICIT;
DO $do$
DECLARE kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['vector', 'halfvec', 'sparsevec'] LOOP
    EXECUTE format('CREATE FUNCTION @extschema@.cosine_distance(@extschema@.%1$s, @extschema@.%1$s)
  RETURNS double precision LANGUAGE sql IMMUTABLE AS ''SELECT 0::float8''', kind);
    EXECUTE format('CREATE FUNCTION @extschema@.l2_distance(@extschema@.%1$s, @extschema@.%1$s)
  RETURNS double precision LANGUAGE sql IMMUTABLE AS ''SELECT 0::float8''', kind);
    EXECUTE format('CREATE FUNCTION @extschema@.l1_distance(@extschema@.%1$s, @extschema@.%1$s)
  RETURNS double precision LANGUAGE sql IMMUTABLE AS ''SELECT 0::float8''', kind);
    EXECUTE format('CREATE FUNCTION @extschema@.inner_product(@extschema@.%1$s, @extschema@.%1$s)
  RETURNS double precision LANGUAGE sql IMMUTABLE AS ''SELECT 0::float8''', kind);
    EXECUTE format('CREATE FUNCTION @extschema@.vector_dims(@extschema@.%1$s)
  RETURNS integer LANGUAGE sql IMMUTABLE AS ''SELECT 0''', kind);
    EXECUTE format('CREATE OPERATOR @extschema@.<=> (LEFTARG = @extschema@.%1$s, RIGHTARG = @extschema@.%1$s,
  FUNCTION = @extschema@.cosine_distance)', kind);
    EXECUTE format('CREATE OPERATOR @extschema@.<-> (LEFTARG = @extschema@.%1$s, RIGHTARG = @extschema@.%1$s,
  FUNCTION = @extschema@.l2_distance)', kind);
    EXECUTE format('CREATE OPERATOR @extschema@.<+> (LEFTARG = @extschema@.%1$s, RIGHTARG = @extschema@.%1$s,
  FUNCTION = @extschema@.l1_distance)', kind);
    EXECUTE format('CREATE OPERATOR @extschema@.<#> (LEFTARG = @extschema@.%1$s, RIGHTARG = @extschema@.%1$s,
  FUNCTION = @extschema@.inner_product)', kind);
  END LOOP;
END $do$;
