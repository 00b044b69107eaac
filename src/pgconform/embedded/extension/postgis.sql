-- Types with kind and SRID in the modifier (kind * 1000000 + srid, kinds from 1), and functions that give NULL.
CREATE FUNCTION @extschema@.postgis_kind(name text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_position(ARRAY['geometry', 'point', 'linestring', 'polygon', 'multipoint',
  'multilinestring', 'multipolygon',
    'geometrycollection', 'circularstring', 'compoundcurve', 'curvepolygon', 'multicurve', 'multisurface',
  'polyhedralsurface', 'triangle', 'tin'],
    regexp_replace(lower(name), 'z?m?$', '')), 0) $$;
CREATE FUNCTION @extschema@.postgis_typmod_in(cstring[])
  RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  parts text[] := $1::text[];
  kind integer := @extschema@.postgis_kind(parts[1]);
BEGIN
  IF kind = 0 THEN
    RAISE invalid_parameter_value USING MESSAGE = format('Invalid geometry type modifier: %s', parts[1]);
  END IF;
  RETURN kind * 1000000 + coalesce(parts[2], '0')::integer + 4;
END $$;
CREATE FUNCTION @extschema@.postgis_typmod_out(integer)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpchartypmodout';
CREATE TYPE @extschema@.geometry;
CREATE FUNCTION @extschema@.geometry_in(cstring)
  RETURNS @extschema@.geometry LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.geometry_out(@extschema@.geometry)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE TYPE @extschema@.geometry (INPUT = @extschema@.geometry_in, OUTPUT = @extschema@.geometry_out,
  TYPMOD_IN = @extschema@.postgis_typmod_in,
  TYPMOD_OUT = @extschema@.postgis_typmod_out, STORAGE = extended, ALIGNMENT = double);
CREATE TYPE @extschema@.geography;
CREATE FUNCTION @extschema@.geography_in(cstring)
  RETURNS @extschema@.geography LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
CREATE FUNCTION @extschema@.geography_out(@extschema@.geography)
  RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
CREATE TYPE @extschema@.geography (INPUT = @extschema@.geography_in, OUTPUT = @extschema@.geography_out,
  TYPMOD_IN = @extschema@.postgis_typmod_in,
  TYPMOD_OUT = @extschema@.postgis_typmod_out, STORAGE = extended, ALIGNMENT = double);
CREATE TYPE @extschema@.box2d AS (xmin float8, ymin float8, xmax float8, ymax float8);
CREATE TYPE @extschema@.box3d AS (xmin float8, ymin float8, zmin float8, xmax float8, ymax float8, zmax float8);
CREATE TYPE @extschema@.geometry_dump AS (path integer[], geom @extschema@.geometry);
CREATE CAST (@extschema@.geometry AS @extschema@.geography) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (@extschema@.geography AS @extschema@.geometry) WITHOUT FUNCTION;
CREATE CAST (text AS @extschema@.geometry) WITH INOUT AS IMPLICIT;
CREATE CAST (@extschema@.geometry AS text) WITH INOUT AS IMPLICIT;
CREATE TABLE @extschema@.spatial_ref_sys (srid integer PRIMARY KEY CHECK (srid > 0 AND srid <= 998999),
  auth_name varchar(256), auth_srid integer,
  srtext varchar(2048), proj4text varchar(2048));
GRANT SELECT ON @extschema@.spatial_ref_sys TO PUBLIC;
DO $do$
DECLARE
  signature text;
  kind text;
  operator text;
  compares text;
  signatures text[] := ARRAY[
    'st_makepoint(float8, float8) geometry', 'st_makepoint(float8, float8, float8) geometry', 'st_point(float8,
  float8) geometry',
    'st_point(float8, float8, integer) geometry', 'st_setsrid(geometry, integer) geometry',
  'st_setsrid(geography, integer) geography',
    'st_srid(geometry) integer', 'st_transform(geometry, integer) geometry', 'st_x(geometry) float8',
  'st_y(geometry) float8', 'st_z(geometry) float8',
    'st_geomfromtext(text) geometry', 'st_geomfromtext(text, integer) geometry', 'st_geogfromtext(text) geography',
    'st_geographyfromtext(text) geography', 'st_geomfromgeojson(text) geometry',
  'st_geomfromgeojson(json) geometry', 'st_geomfromgeojson(jsonb) geometry',
    'st_geomfromewkt(text) geometry', 'st_geomfromwkb(bytea) geometry', 'st_geomfromwkb(bytea, integer) geometry',
    'st_makeenvelope(float8, float8, float8, float8, integer) geometry', 'st_makeline(geometry,
  geometry) geometry', 'st_makeline(geometry[]) geometry',
    'st_makepolygon(geometry) geometry', 'st_makevalid(geometry) geometry', 'st_multi(geometry) geometry',
  'st_envelope(geometry) geometry',
    'st_centroid(geometry) geometry', 'st_pointonsurface(geometry) geometry', 'st_convexhull(geometry) geometry',
  'st_simplify(geometry, float8) geometry',
    'st_simplifypreservetopology(geometry, float8) geometry', 'st_collect(geometry, geometry) geometry',
  'st_collect(geometry[]) geometry',
    'st_force2d(geometry) geometry', 'st_snaptogrid(geometry, float8) geometry',
  'st_startpoint(geometry) geometry', 'st_endpoint(geometry) geometry',
    'st_pointn(geometry, integer) geometry', 'st_geometryn(geometry, integer) geometry',
  'st_npoints(geometry) integer', 'st_numgeometries(geometry) integer',
    'st_geometrytype(geometry) text', 'st_isvalid(geometry) boolean', 'st_isempty(geometry) boolean',
  'st_azimuth(geometry, geometry) float8',
    'st_distancesphere(geometry, geometry) float8', 'st_lineinterpolatepoint(geometry, float8) geometry',
  'st_linelocatepoint(geometry, geometry) float8',
    'st_closestpoint(geometry, geometry) geometry', 'st_geohash(geometry, integer) text',
  'st_asewkt(geometry) text', 'st_asmvtgeom(geometry, box2d) geometry',
    'st_tileenvelope(integer, integer, integer) geometry', 'st_project(geography, float8, float8) geography',
  'postgis_version() text',
    'postgis_full_version() text', 'addgeometrycolumn(varchar, varchar, varchar, integer, varchar, integer) text',
    'st_union(geometry[]) geometry', 'st_exteriorring(geometry) geometry', 'st_interiorringn(geometry, integer) geometry',
    'st_numinteriorrings(geometry) integer', 'st_numpoints(geometry) integer', 'st_boundary(geometry) geometry',
    'st_symdifference(geometry, geometry) geometry', 'st_segmentize(geometry, float8) geometry',
    'st_segmentize(geography, float8) geography', 'st_reverse(geometry) geometry', 'st_rotate(geometry, float8) geometry',
    'st_translate(geometry, float8, float8) geometry', 'st_scale(geometry, float8, float8) geometry',
    'st_expand(geometry, float8) geometry', 'st_linemerge(geometry) geometry',
    'st_linesubstring(geometry, float8, float8) geometry', 'st_addpoint(geometry, geometry) geometry',
    'st_force3d(geometry) geometry', 'st_flipcoordinates(geometry) geometry', 'st_concavehull(geometry, float8) geometry',
    'st_concavehull(geometry, float8, boolean) geometry', 'st_delaunaytriangles(geometry) geometry',
    'st_voronoipolygons(geometry) geometry', 'st_buildarea(geometry) geometry', 'st_unaryunion(geometry) geometry',
    'st_node(geometry) geometry', 'st_split(geometry, geometry) geometry', 'st_snap(geometry, geometry, float8) geometry',
    'st_shortestline(geometry, geometry) geometry', 'st_maxdistance(geometry, geometry) float8',
    'st_hausdorffdistance(geometry, geometry) float8', 'st_dimension(geometry) integer', 'st_m(geometry) float8',
    'st_isclosed(geometry) boolean', 'st_isring(geometry) boolean', 'st_issimple(geometry) boolean',
    'st_iscollection(geometry) boolean', 'st_isvalidreason(geometry) text', 'st_relate(geometry, geometry) text',
    'st_relate(geometry, geometry, text) boolean', 'st_containsproperly(geometry, geometry) boolean',
    'st_collectionextract(geometry) geometry', 'st_collectionextract(geometry, integer) geometry',
    'st_geogfromwkb(bytea) geography', 'st_linefromtext(text) geometry', 'st_pointfromtext(text) geometry',
    'st_pointfromtext(text, integer) geometry', 'st_polygonfromtext(text) geometry',
    'st_polygonfromtext(text, integer) geometry', 'st_polygon(geometry, integer) geometry',
    'st_geomfromgeohash(text) geometry', 'st_pointfromgeohash(text) geometry', 'st_geomfromkml(text) geometry',
    'st_geomfromgml(text) geometry', 'st_makebox2d(geometry, geometry) box2d', 'box2d(geometry) box2d',
    'st_makeenvelope(float8, float8, float8, float8) geometry', 'st_removerepeatedpoints(geometry) geometry',
    'st_minimumboundingcircle(geometry) geometry', 'st_offsetcurve(geometry, float8) geometry',
    'st_simplifyvw(geometry, float8) geometry', 'st_generatepoints(geometry, integer) geometry',
    'st_clipbybox2d(geometry, box2d) geometry', 'st_snaptogrid(geometry, float8, float8) geometry',
    'st_transform(geometry, text) geometry', 'st_transform(geometry, text, integer) geometry',
    'geometrytype(geometry) text', 'st_asewkb(geometry) bytea', 'st_askml(geometry) text', 'st_assvg(geometry) text',
    'st_asgml(geometry) text', 'st_geohash(geometry) text', 'st_centroid(geography) geography',
    'st_azimuth(geography, geography) float8', 'st_distancespheroid(geometry, geometry) float8',
    'st_3ddistance(geometry, geometry) float8', 'st_3dlength(geometry) float8', 'st_length2d(geometry) float8',
    'st_area(geography, boolean) float8', 'st_length(geography, boolean) float8',
    'st_distance(geography, geography, boolean) float8', 'st_dwithin(geography, geography, float8, boolean) boolean',
    'st_asmvtgeom(geometry, box2d, integer) geometry', 'st_asmvtgeom(geometry, box2d, integer, integer) geometry',
    'st_asmvtgeom(geometry, box2d, integer, integer, boolean) geometry', 'find_srid(varchar, varchar, varchar) integer',
    'updategeometrysrid(varchar, varchar, integer) text', 'dropgeometrycolumn(varchar, varchar) text',
    'postgis_extent(box2d, geometry) box2d', 'postgis_cluster(integer, geometry, float8, integer) integer',
    'postgis_cluster(integer, geometry, integer) integer', 'postgis_tile(bytea, anyelement) bytea',
    'postgis_tile(bytea, anyelement, text) bytea', 'postgis_tile(bytea, anyelement, text, integer) bytea',
    'postgis_tile(bytea, anyelement, text, integer, text) bytea'];
  sets text[] := ARRAY['st_dump(geometry) geometry_dump', 'st_dumppoints(geometry) geometry_dump',
    'st_dumprings(geometry) geometry_dump', 'st_dumpsegments(geometry) geometry_dump', 'st_subdivide(geometry) geometry',
    'st_subdivide(geometry, integer) geometry'];
BEGIN
  FOREACH kind IN ARRAY ARRAY['geometry', 'geography'] LOOP
    signatures := signatures || ARRAY[format('st_astext(%s) text', kind), format('st_asgeojson(%s) text', kind),
  format('st_asgeojson(%s, integer) text', kind),
      format('st_asbinary(%s) bytea', kind), format('st_area(%s) float8', kind), format('st_length(%s) float8',
  kind), format('st_perimeter(%s) float8', kind),
      format('st_buffer(%s, float8) %1$s', kind), format('st_distance(%s, %1$s) float8', kind),
  format('st_dwithin(%s, %1$s, float8) boolean', kind),
      format('st_intersects(%s, %1$s) boolean', kind), format('st_covers(%s, %1$s) boolean', kind),
  format('st_coveredby(%s, %1$s) boolean', kind),
      format('st_contains(%s, %1$s) boolean', kind), format('st_within(%s, %1$s) boolean', kind),
  format('st_overlaps(%s, %1$s) boolean', kind),
      format('st_touches(%s, %1$s) boolean', kind), format('st_crosses(%s, %1$s) boolean', kind),
  format('st_disjoint(%s, %1$s) boolean', kind),
      format('st_equals(%s, %1$s) boolean', kind), format('st_intersection(%s, %1$s) %1$s', kind),
  format('st_difference(%s, %1$s) %1$s', kind),
      format('st_union(%s, %1$s) %1$s', kind), format('postgis_overlaps(%s, %1$s) boolean', kind),
  format('postgis_distance(%s, %1$s) float8', kind), format('st_buffer(%s, float8, integer) %1$s', kind),
      format('st_buffer(%s, float8, text) %1$s', kind), format('st_astext(%s, integer) text', kind)];
  END LOOP;
  signatures := signatures || ARRAY(SELECT format('st_%s(%s) float8', edge, given)
    FROM unnest(ARRAY['xmin', 'xmax', 'ymin', 'ymax', 'zmin', 'zmax']) AS edge, unnest(ARRAY['geometry', 'box2d']) AS given);
  FOREACH signature IN ARRAY signatures LOOP
    signature := regexp_replace('@extschema@.' || signature, '(?<=[( ,])(geometry|geography|box2d)',
      '@extschema@.\1', 'g');
    EXECUTE regexp_replace(signature, '^(.*) (\S+)$', 'CREATE FUNCTION \1 RETURNS \2
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS ''SELECT NULL::\2''' || CASE WHEN signature ~ 'postgis_(extent|cluster|tile)'
      THEN '' ELSE ' STRICT' END);
  END LOOP;
  FOREACH signature IN ARRAY sets LOOP
    signature := regexp_replace('@extschema@.' || signature, '(?<=[( ,])(geometry)', '@extschema@.\1', 'g');
    EXECUTE regexp_replace(signature, '^(.*) (\S+)$', 'CREATE FUNCTION \1 RETURNS SETOF \2
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS ''SELECT NULL::\2 WHERE false''');
  END LOOP;
  FOREACH kind IN ARRAY ARRAY['@extschema@.geometry', '@extschema@.geography'] LOOP
    EXECUTE format('CREATE OPERATOR @extschema@.&& (LEFTARG = %s, RIGHTARG = %1$s,
      FUNCTION = @extschema@.postgis_overlaps, COMMUTATOR = OPERATOR(@extschema@.&&))', kind);
    EXECUTE format('CREATE OPERATOR @extschema@.<-> (LEFTARG = %s, RIGHTARG = %1$s,
      FUNCTION = @extschema@.postgis_distance, COMMUTATOR = OPERATOR(@extschema@.<->))', kind);
    FOR operator, compares IN VALUES ('<', 'lt'), ('<=', 'le'), ('=', 'eq'), ('>=', 'ge'), ('>', 'gt') LOOP
      EXECUTE format('CREATE FUNCTION @extschema@.postgis_%s(%s, %2$s) RETURNS boolean
        LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS ''bytea%1$s''', compares, kind);
      EXECUTE format('CREATE OPERATOR @extschema@.%s (LEFTARG = %s, RIGHTARG = %2$s,
        FUNCTION = @extschema@.postgis_%s)', operator, kind, compares);
    END LOOP;
    EXECUTE format('CREATE FUNCTION @extschema@.postgis_cmp(%s, %1$s) RETURNS integer
      LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS ''byteacmp''', kind);
    EXECUTE format('CREATE OPERATOR CLASS @extschema@.btree_%s_ops DEFAULT FOR TYPE %s USING btree AS
      OPERATOR 1 @extschema@.<, OPERATOR 2 @extschema@.<=, OPERATOR 3 @extschema@.=, OPERATOR 4 @extschema@.>=,
      OPERATOR 5 @extschema@.>, FUNCTION 1 @extschema@.postgis_cmp(%2$s, %2$s)',
      replace(kind, '@extschema@.', ''), kind);
  END LOOP;
END $do$;
CREATE AGGREGATE @extschema@.st_union(@extschema@.geometry)
  (SFUNC = @extschema@.st_union, STYPE = @extschema@.geometry);
CREATE AGGREGATE @extschema@.st_collect(@extschema@.geometry)
  (SFUNC = @extschema@.st_collect, STYPE = @extschema@.geometry);
CREATE AGGREGATE @extschema@.st_polygonize(@extschema@.geometry)
  (SFUNC = @extschema@.st_union, STYPE = @extschema@.geometry);
CREATE AGGREGATE @extschema@.st_extent(@extschema@.geometry)
  (SFUNC = @extschema@.postgis_extent, STYPE = @extschema@.box2d);
CREATE AGGREGATE @extschema@.st_clusterdbscan(@extschema@.geometry, float8, integer)
  (SFUNC = @extschema@.postgis_cluster, STYPE = integer);
CREATE AGGREGATE @extschema@.st_clusterkmeans(@extschema@.geometry, integer)
  (SFUNC = @extschema@.postgis_cluster, STYPE = integer);
CREATE AGGREGATE @extschema@.st_asmvt(anyelement) (SFUNC = @extschema@.postgis_tile, STYPE = bytea);
CREATE AGGREGATE @extschema@.st_asmvt(anyelement, text) (SFUNC = @extschema@.postgis_tile, STYPE = bytea);
CREATE AGGREGATE @extschema@.st_asmvt(anyelement, text, integer) (SFUNC = @extschema@.postgis_tile, STYPE = bytea);
CREATE AGGREGATE @extschema@.st_asmvt(anyelement, text, integer, text)
  (SFUNC = @extschema@.postgis_tile, STYPE = bytea);
CREATE CAST (@extschema@.geometry AS @extschema@.box2d) WITH FUNCTION @extschema@.box2d(@extschema@.geometry)
  AS IMPLICIT;
CREATE CAST (@extschema@.box2d AS @extschema@.geometry) WITH INOUT AS IMPLICIT;
CREATE AGGREGATE @extschema@.st_makeline(@extschema@.geometry)
  (SFUNC = @extschema@.st_makeline, STYPE = @extschema@.geometry);
DO $do$
DECLARE kind text;
BEGIN
  CREATE FUNCTION @extschema@.postgis_gist_consistent(internal, text, int2, oid, internal) RETURNS boolean
    AS '$libdir/btree_gist', 'gbt_text_consistent' LANGUAGE C IMMUTABLE STRICT;
  CREATE FUNCTION @extschema@.postgis_gist_compress(internal) RETURNS internal
    AS '$libdir/btree_gist', 'gbt_text_compress' LANGUAGE C IMMUTABLE STRICT;
  CREATE FUNCTION @extschema@.postgis_gist_decompress(internal) RETURNS internal
    AS '$libdir/btree_gist', 'gbt_var_decompress' LANGUAGE C IMMUTABLE STRICT;
  CREATE FUNCTION @extschema@.postgis_gist_penalty(internal, internal, internal) RETURNS internal
    AS '$libdir/btree_gist', 'gbt_text_penalty' LANGUAGE C IMMUTABLE STRICT;
  CREATE FUNCTION @extschema@.postgis_gist_picksplit(internal, internal) RETURNS internal
    AS '$libdir/btree_gist', 'gbt_text_picksplit' LANGUAGE C IMMUTABLE STRICT;
  CREATE FUNCTION @extschema@.postgis_gist_union(internal, internal) RETURNS internal
    AS '$libdir/btree_gist', 'gbt_text_union' LANGUAGE C IMMUTABLE STRICT;
  CREATE FUNCTION @extschema@.postgis_gist_same(internal, internal, internal) RETURNS internal
    AS '$libdir/btree_gist', 'gbt_text_same' LANGUAGE C IMMUTABLE STRICT;
  CREATE TYPE @extschema@.postgis_key;
  CREATE FUNCTION @extschema@.postgis_key_in(cstring) RETURNS @extschema@.postgis_key
    LANGUAGE internal IMMUTABLE STRICT AS 'textin';
  CREATE FUNCTION @extschema@.postgis_key_out(@extschema@.postgis_key) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
  CREATE TYPE @extschema@.postgis_key (INPUT = @extschema@.postgis_key_in, OUTPUT = @extschema@.postgis_key_out,
    STORAGE = extended);
  FOREACH kind IN ARRAY ARRAY['geometry', 'geography'] LOOP
    EXECUTE format('CREATE OPERATOR CLASS @extschema@.gist_%s_ops%s DEFAULT FOR TYPE @extschema@.%1$s USING gist AS
      OPERATOR 3 @extschema@.&&,
      FUNCTION 1 @extschema@.postgis_gist_consistent(internal, text, int2, oid, internal),
      FUNCTION 2 @extschema@.postgis_gist_union(internal, internal),
      FUNCTION 3 @extschema@.postgis_gist_compress(internal),
      FUNCTION 4 @extschema@.postgis_gist_decompress(internal),
      FUNCTION 5 @extschema@.postgis_gist_penalty(internal, internal, internal),
      FUNCTION 6 @extschema@.postgis_gist_picksplit(internal, internal),
      FUNCTION 7 @extschema@.postgis_gist_same(internal, internal, internal),
      STORAGE @extschema@.postgis_key', kind, CASE kind WHEN 'geometry' THEN '_2d' ELSE '' END);
  END LOOP;
EXCEPTION WHEN undefined_file OR undefined_function THEN
  RAISE NOTICE 'btree_gist is not here: there are no spatial indexes';
END $do$;
