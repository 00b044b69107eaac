-- Hashes and random values of the core; encryption is a stand-in that keeps the text.
CREATE FUNCTION @extschema@.digest(data bytea, type text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE lower(type) WHEN 'md5' THEN decode(md5(data),
  'hex') WHEN 'sha224' THEN sha224(data) WHEN 'sha384' THEN sha384(data)
    WHEN 'sha512' THEN sha512(data) ELSE sha256(data) END $$;
CREATE FUNCTION @extschema@.digest(text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT @extschema@.digest(convert_to($1, 'UTF8'), $2) $$;
CREATE FUNCTION @extschema@.hmac(data bytea, key bytea, type text)
  RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  size int := CASE WHEN lower(type) IN ('sha384', 'sha512') THEN 128 ELSE 64 END;
  k bytea := CASE WHEN length(key) > size THEN @extschema@.digest(key, type) ELSE key END;
  inner_pad bytea := ''; outer_pad bytea := '';
BEGIN
  k := k || decode(repeat('00', size - length(k)), 'hex');
  inner_pad := k; outer_pad := k;
  FOR i IN 0 .. size - 1 LOOP
    inner_pad := set_byte(inner_pad, i, get_byte(k, i) # 54);
    outer_pad := set_byte(outer_pad, i, get_byte(k, i) # 92);
  END LOOP;
  RETURN @extschema@.digest(outer_pad || @extschema@.digest(inner_pad || data, type), type);
END $$;
CREATE FUNCTION @extschema@.hmac(text, text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT @extschema@.hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3) $$;
CREATE FUNCTION @extschema@.gen_random_uuid()
  RETURNS uuid LANGUAGE internal VOLATILE PARALLEL SAFE AS 'gen_random_uuid';
CREATE FUNCTION @extschema@.gen_random_bytes(integer) RETURNS bytea LANGUAGE sql VOLATILE STRICT PARALLEL SAFE AS $$
  SELECT substring(string_agg(uuid_send(gen_random_uuid()), ''::bytea) FROM 1 FOR $1) FROM generate_series(0,
  $1 / 16) $$;
CREATE FUNCTION @extschema@.gen_salt(text) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL SAFE AS $$
  SELECT '$' || $1 || '$' || md5(gen_random_uuid()::text) $$;
CREATE FUNCTION @extschema@.gen_salt(text, integer)
  RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL SAFE AS $$ SELECT @extschema@.gen_salt($1) $$;
CREATE FUNCTION @extschema@.crypt(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT substring($2 FROM 1 FOR 36) || md5($1 || substring($2 FROM 1 FOR 36)) $$;
CREATE FUNCTION @extschema@.encrypt(bytea, bytea, text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1 $$;
CREATE FUNCTION @extschema@.decrypt(bytea, bytea, text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1 $$;
CREATE FUNCTION @extschema@.encrypt_iv(bytea, bytea, bytea, text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1 $$;
CREATE FUNCTION @extschema@.decrypt_iv(bytea, bytea, bytea, text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1 $$;
CREATE FUNCTION @extschema@.pgp_sym_encrypt(text, text)
  RETURNS bytea LANGUAGE sql VOLATILE STRICT AS $$ SELECT convert_to($1, 'UTF8') $$;
CREATE FUNCTION @extschema@.pgp_sym_encrypt(text, text, text)
  RETURNS bytea LANGUAGE sql VOLATILE STRICT AS $$ SELECT convert_to($1, 'UTF8') $$;
CREATE FUNCTION @extschema@.pgp_sym_encrypt_bytea(bytea, text)
  RETURNS bytea LANGUAGE sql VOLATILE STRICT AS $$ SELECT $1 $$;
CREATE FUNCTION @extschema@.pgp_sym_decrypt(bytea, text)
  RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT convert_from($1, 'UTF8') $$;
CREATE FUNCTION @extschema@.pgp_sym_decrypt(bytea, text, text)
  RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT convert_from($1, 'UTF8') $$;
CREATE FUNCTION @extschema@.pgp_sym_decrypt_bytea(bytea, text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1 $$;
CREATE FUNCTION @extschema@.pgp_pub_encrypt(text, bytea)
  RETURNS bytea LANGUAGE sql VOLATILE STRICT AS $$ SELECT convert_to($1, 'UTF8') $$;
CREATE FUNCTION @extschema@.pgp_pub_decrypt(bytea, bytea)
  RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT convert_from($1, 'UTF8') $$;
CREATE FUNCTION @extschema@.armor(bytea) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT encode($1, 'base64') $$;
CREATE FUNCTION @extschema@.dearmor(text)
  RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT decode($1, 'base64') $$;
