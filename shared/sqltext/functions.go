package sqltext

import "strings"

// functionReads reports whether calling a function changes nothing. On SQLite every function comes from the engine, and
// T-SQL lets functions change nothing; elsewhere a function may be the user's, and only known ones are trusted.
func functionReads(engine Engine, function string) bool {
	name := " " + strings.ToLower(function) + " "
	if len(strings.Fields(name)) != 1 {
		return false
	}
	switch engine {
	case SQLite:
		return !strings.Contains(" load_extension writefile edit fts3_tokenizer ", name)
	case SQLServer:
		return !strings.Contains(" openquery openrowset opendatasource ", name)
	case PostgreSQL:
		return strings.Contains(standardFunctions, name) || strings.Contains(postgresFunctions, name)
	case MySQL:
		return strings.Contains(standardFunctions, name) || strings.Contains(mysqlFunctions, name)
	case Oracle:
		return strings.Contains(standardFunctions, name) || strings.Contains(oracleFunctions, name)
	}
	return strings.Contains(standardFunctions, name) || strings.Contains(postgresFunctions, name) ||
		strings.Contains(mysqlFunctions, name) || strings.Contains(oracleFunctions, name)
}

// Functions that only read, by the engines that have them. A test compares the lists with what the engines say.
const (
	standardFunctions = " abs acos ascii asin atan atan2 avg bit_and bit_length bit_or cast ceil ceiling char char_length character_length" +
		" coalesce concat concat_ws convert cos cot count cume_dist current_date current_time current_timestamp current_user date day" +
		" degrees dense_rank exp extract first_value floor greatest grouping hour if ifnull json_array json_arrayagg json_exists json_object" +
		" json_objectagg json_query json_table json_value lag last_value lead least left length listagg ln localtime localtimestamp" +
		" log log10 lower lpad ltrim max md5 min minute mod month now nth_value ntile nullif octet_length overlay percent_rank" +
		" percentile_cont percentile_disc pi position power quarter radians rank regexp_count regexp_instr regexp_like regexp_replace" +
		" regexp_substr repeat replace reverse right round row row_number rpad rtrim second session_user sign sin sqrt stddev stddev_pop" +
		" stddev_samp substr substring sum tan time timestamp translate trim truncate upper user utc_date utc_time utc_timestamp var_pop" +
		" var_samp variance version week xmlagg xmlelement year "
	postgresFunctions = " acosd acosh age any_value area array_agg array_append array_cat array_dims array_fill array_length array_lower" +
		" array_ndims array_position array_positions array_prepend array_remove array_replace array_sample array_shuffle array_sort" +
		" array_to_json array_to_string array_upper asind asinh atan2d atand atanh bit_count bit_xor bool_and bool_or bound_box box btrim" +
		" cardinality casefold cbrt center char_length chr circle clock_timestamp col_description convert_from convert_to corr cosd cosh" +
		" cotd covar_pop covar_samp current_catalog current_database current_query current_role current_schema current_schemas" +
		" current_setting currval date_add date_bin date_part date_subtract date_trunc daterange datemultirange decode diagonal diameter" +
		" div encode enum_first enum_last enum_range erf erfc every factorial family float4 float8 format format_type gamma gcd" +
		" gen_random_uuid generate_series generate_subscripts get_bit get_byte has_column_privilege has_database_privilege" +
		" has_schema_privilege has_sequence_privilege has_table_privilege height host hostmask inet_merge inet_same_family initcap" +
		" int2 int4 int4multirange int4range int8 int8multirange int8range isclosed isempty isfinite isopen json json_agg" +
		" json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text" +
		" json_extract_path json_extract_path_text json_object_agg json_object_keys json_populate_record json_populate_recordset" +
		" json_scalar json_serialize json_strip_nulls json_to_record json_to_recordset json_typeof jsonb jsonb_agg jsonb_array_elements" +
		" jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_contained jsonb_contains" +
		" jsonb_delete jsonb_delete_path jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path" +
		" jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_exists_tz" +
		" jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first" +
		" jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set" +
		" jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours justify_interval" +
		" lastval lcm line lower_inc lower_inf lseg macaddr8_set7bit make_date make_interval make_time make_timestamp make_timestamptz" +
		" masklen min_scale mode multirange netmask network normalize npoints num_nonnulls num_nulls numeric numnode nummultirange" +
		" numrange obj_description parse_ident path pclose pg_backend_pid pg_client_encoding pg_column_size pg_database_size" +
		" pg_get_constraintdef pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_keywords pg_get_serial_sequence pg_get_triggerdef" +
		" pg_get_userbyid pg_get_viewdef pg_indexes_size pg_is_in_recovery pg_postmaster_start_time pg_relation_size pg_size_bytes" +
		" pg_size_pretty pg_sleep pg_sleep_for pg_sleep_until pg_table_size pg_table_is_visible pg_total_relation_size pg_typeof" +
		" phraseto_tsquery plainto_tsquery point polygon popen querytree quote_ident quote_literal quote_nullable radius random" +
		" random_normal range_agg range_intersect_agg range_merge regexp_match regexp_matches regexp_split_to_array" +
		" regexp_split_to_table regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_to_json" +
		" scale set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 shobj_description sind sinh slope split_part" +
		" starts_with statement_timestamp string_agg string_to_array string_to_table strip strpos tand tanh text timeofday timezone" +
		" to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass to_regtype to_timestamp to_tsquery" +
		" to_tsvector transaction_timestamp trim_array trim_scale trunc ts_debug ts_delete ts_filter ts_headline ts_rank ts_rank_cd" +
		" tsmultirange tsquery_phrase tsrange tsrank tstzmultirange tstzrange tsvector_to_array unaccent unistr unnest upper_inc" +
		" upper_inf uuid uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v4 varchar websearch_to_tsquery width width_bucket xml xmlcomment" +
		" xmlconcat xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize xmltable xpath xpath_exists "
	mysqlFunctions = " add_months adddate addtime aes_decrypt aes_encrypt any_value benchmark bin bin_to_uuid binary bit_count bit_xor chr" +
		" coercibility collation column_check column_exists column_get column_json column_list compress connection_id conv convert_tz" +
		" crc32 crc32c curdate curtime database date_add date_format date_sub datediff dayname dayofmonth dayofweek dayofyear decode" +
		" default des_decrypt des_encrypt elt encode encrypt export_set extractvalue field find_in_set format format_bytes" +
		" format_pico_time found_rows from_base64 from_days from_unixtime geomfromtext get_format group_concat hex inet6_aton inet6_ntoa" +
		" inet_aton inet_ntoa insert instr interval is_free_lock is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_used_lock is_uuid isnull" +
		" json_array_append json_array_insert json_compact json_contains json_contains_path json_depth json_detailed json_equals" +
		" json_extract json_insert json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize" +
		" json_overlaps json_pretty json_quote json_remove json_replace json_schema_valid json_search json_set json_storage_size" +
		" json_type json_unquote json_valid last_day lcase load_file locate log2 make_set makedate maketime median microsecond" +
		" mid monthname name_const natural_sort_key nvl nvl2 oct ord password period_add period_diff point pow quote rand random_bytes" +
		" row_count schema sec_to_time sha sha1 sha2 sleep soundex space st_area st_asgeojson st_astext st_contains st_distance" +
		" st_distance_sphere st_geomfromgeojson st_geomfromtext st_intersects st_point st_within st_x st_y std str_to_date strcmp subdate" +
		" substring_index subtime sysdate system_user time_format time_to_sec timediff timestampadd timestampdiff to_base64 to_char to_days" +
		" to_seconds trunc ucase uncompress uncompressed_length unhex unix_timestamp updatexml uuid uuid_short uuid_to_bin values wait_for" +
		" weekday weekofyear weight_string yearweek "
	oracleFunctions = " add_months bitand chr cosh decode dump hextoraw initcap instr last_day lengthb lnnvl median months_between nanvl" +
		" new_time next_day nls_initcap nls_lower nls_upper nvl nvl2 rawtohex remainder sinh soundex standard_hash stats_mode sys_context" +
		" sys_extract_utc sys_guid tanh to_char to_clob to_date to_dsinterval to_number to_timestamp to_timestamp_tz to_yminterval" +
		" trunc tz_offset uid userenv vsize xmltable "
)
