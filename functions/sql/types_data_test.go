package sql

// columnType is a row of docs/types.md: a column of a type, what stands in it, how it is read and how it is written.
type columnType struct {
	name   string // of the type, as CREATE TABLE has it
	stored string // an SQL expression for a value in it
	read   string // that value as the function reads it, JSON
	bound  string // the parameter that stores it, JSON; "" for what is read
	place  string // where the parameter stands; "?" when ""
}

// kindOf are the types of one kind.
type kindOf struct {
	kind  string
	types []columnType
}

var postgresTypes = []kindOf{
	{"whole numbers", []columnType{
		{name: "smallint", stored: "-32768", read: "-32768"},
		{name: "integer", stored: "2147483647", read: "2147483647"},
		{name: "bigint", stored: "-9223372036854775808", read: "-9223372036854775808"},
		{name: "bigint", stored: "5890840712243077777", read: "5890840712243077777", bound: `"5890840712243077777"`},
	}},
	{"decimals", []columnType{
		{name: "numeric(12,3)", stored: "12.34", read: "12.340"},
		{name: "numeric", stored: "12345678901234567890.123456789", read: `"12345678901234567890.123456789"`},
		{name: "numeric", stored: "0.1234567890123456789", read: `"0.1234567890123456789"`, bound: "0.1234567890123456789"},
		{name: "numeric", stored: "18446744073709551615", read: `"18446744073709551615"`},
		{name: "numeric", stored: "'NaN'", read: `"NaN"`},
		{name: "money", stored: "'12.50'", read: `"$12.50"`},
	}},
	{"floats", []columnType{
		{name: "real", stored: "0.1", read: "0.1"},
		{name: "double precision", stored: "0.30000000000000004", read: "0.30000000000000004"},
		{name: "double precision", stored: "1e308", read: "1e+308"},
		{name: "double precision", stored: "'NaN'", read: `"NaN"`},
		{name: "double precision", stored: "'-Infinity'", read: `"-Infinity"`},
	}},
	{"booleans", []columnType{
		{name: "boolean", stored: "true", read: "true"},
		{name: "boolean", stored: "false", read: "false", bound: `"f"`},
		{name: "bit(5)", stored: "B'10101'", read: `"10101"`},
	}},
	{"dates and times", []columnType{
		{name: "date", stored: "'2024-02-29'", read: `"2024-02-29"`},
		{name: "date", stored: "'infinity'", read: `"infinity"`},
		{name: "time", stored: "'07:08:09.5'", read: `"07:08:09.5"`},
		{name: "timetz", stored: "'07:08:09+02'", read: `"07:08:09+02"`},
		{name: "timestamp", stored: "'2024-05-06 07:08:09.25'", read: `"2024-05-06 07:08:09.25"`},
		{name: "timestamp", stored: "'2024-05-06 07:08:09'", read: `"2024-05-06 07:08:09"`, bound: `"2024-05-06T07:08:09Z"`},
		{name: "timestamptz", stored: "'2024-05-06 07:08:09+02'", read: `"2024-05-06 05:08:09"`},
		{name: "timestamptz", stored: "'2024-05-06 07:08:09+02'", read: `"2024-05-06 05:08:09"`, bound: `"2024-05-06T07:08:09+02:00"`},
		{name: "interval", stored: "'1 year 2 mons 3 days 04:05:06.7'", read: `"1 year 2 mons 3 days 04:05:06.7"`},
		{name: "interval", stored: "'90 minutes'", read: `"01:30:00"`, bound: `"PT1H30M"`},
	}},
	{"arrays", []columnType{
		{name: "text[]", stored: `ARRAY['a', 'b,"c\', NULL, 'NULL', '']`, read: `["a","b,\"c\\",null,"NULL",""]`},
		{name: "bigint[]", stored: "'{{1,2},{3,9223372036854775807}}'", read: "[[1,2],[3,9223372036854775807]]"},
		{name: "int[]", stored: "'{}'", read: "[]"},
		{name: "int[]", stored: "'{7}'", read: "[7]", bound: "7"},
		{name: "text[]", stored: "'{x}'", read: `["x"]`, bound: `"[\"x\"]"`},
		{name: "boolean[]", stored: "'{t,f}'", read: "[true,false]"},
		{name: "timestamptz[]", stored: "'{2024-05-06 07:08:09+02}'", read: `["2024-05-06 05:08:09"]`},
		{name: "jsonb[]", stored: `ARRAY['[1]'::jsonb, '"a"', '{"b":2}']`, read: `[[1],"a",{"b":2}]`},
		{name: "mood[]", stored: "'{ok,sad}'", read: `["ok","sad"]`},
	}},
	{"JSON", []columnType{
		{name: "jsonb", stored: `'{"b": [1, 2.5], "a": null}'`, read: `{"a":null,"b":[1,2.5]}`},
		{name: "json", stored: "'[1,2]'", read: "[1,2]"},
		{name: "jsonb", stored: `'"a"'`, read: `"a"`, bound: `"\"a\""`},
		{name: "jsonb", stored: `'"a"'`, read: `"a"`, place: "to_jsonb(?::text)"},
		{name: "jsonb", stored: `'{"n": 12345678901234567890}'`, read: `{"n":"12345678901234567890"}`, bound: `"{\"n\": 12345678901234567890}"`},
	}},
	{"binary", []columnType{
		{name: "bytea", stored: `'\x00ff'`, read: `"AP8="`, place: "decode(?, 'base64')"},
		{name: "bytea", stored: "'abc'", read: `"YWJj"`, bound: `"abc"`},
	}},
	{"texts", []columnType{
		{name: "text", stored: "'é😀''\"'", read: `"é😀'\""`},
		{name: "varchar(9)", stored: "'ab '", read: `"ab "`},
		{name: "char(5)", stored: "'ab'", read: `"ab   "`},
		{name: "text", stored: "'7'", read: `"7"`, bound: "7"},
		{name: "uuid", stored: "'123E4567-E89B-12D3-A456-426614174000'", read: `"123e4567-e89b-12d3-a456-426614174000"`},
		{name: "mood", stored: "'ok'", read: `"ok"`},
		{name: "inet", stored: "'10.0.0.1/8'", read: `"10.0.0.1/8"`},
		{name: "int4range", stored: "'[1,5)'", read: `"[1,5)"`},
		{name: "positive", stored: "7", read: "7"},
	}},
}

var mariadbTypes = []kindOf{
	{"whole numbers", []columnType{
		{name: "tinyint", stored: "-128", read: "-128"},
		{name: "smallint unsigned", stored: "65535", read: "65535"},
		{name: "mediumint", stored: "8388607", read: "8388607"},
		{name: "int unsigned", stored: "4294967295", read: "4294967295"},
		{name: "int(5) zerofill", stored: "42", read: "42"},
		{name: "bigint", stored: "-9223372036854775808", read: "-9223372036854775808"},
		{name: "bigint", stored: "5890840712243077777", read: "5890840712243077777", bound: `"5890840712243077777"`},
		{name: "bigint unsigned", stored: "18446744073709551615", read: `"18446744073709551615"`},
		{name: "bigint unsigned", stored: "18446744073709551615", read: `"18446744073709551615"`, bound: "18446744073709551615"},
		{name: "year", stored: "2024", read: "2024"},
	}},
	{"decimals", []columnType{
		{name: "decimal(12,3)", stored: "12.34", read: "12.340"},
		{name: "decimal(40,9)", stored: "12345678901234567890.123456789", read: `"12345678901234567890.123456789"`},
		{name: "decimal(40,20)", stored: "0.1234567890123456789", read: `"0.12345678901234567890"`, bound: "0.1234567890123456789"},
	}},
	{"floats", []columnType{
		{name: "float", stored: "0.1", read: "0.1"},
		{name: "double", stored: "0.30000000000000004", read: "0.30000000000000004"},
		{name: "double", stored: "1e308", read: "1e+308"},
	}},
	{"booleans", []columnType{
		{name: "boolean", stored: "true", read: "1"},
		{name: "tinyint(1)", stored: "1", read: "1", bound: "true"},
		{name: "bit(1)", stored: "b'1'", read: "1", bound: "true"},
		{name: "bit(10)", stored: "b'1000000001'", read: "513"},
	}},
	{"dates and times", []columnType{
		{name: "date", stored: "'2024-02-29'", read: `"2024-02-29"`},
		{name: "date", stored: "'0000-00-00'", read: "null", bound: `"0000-00-00"`},
		{name: "datetime", stored: "'0000-00-00 00:00:00'", read: "null", bound: `"0000-00-00"`},
		{name: "date", stored: "'2024-00-00'", read: `"2024-00-00"`},
		{name: "time(6)", stored: "'-838:59:59.5'", read: `"-838:59:59.5"`},
		{name: "datetime(3)", stored: "'2024-05-06 07:08:09.25'", read: `"2024-05-06 07:08:09.25"`},
		{name: "datetime", stored: "'2024-05-06 07:08:09'", read: `"2024-05-06 07:08:09"`, bound: `"2024-05-06T07:08:09"`},
		{name: "timestamp", stored: "FROM_UNIXTIME(1714972089)", read: `"2024-05-06 05:08:09"`},
	}},
	{"JSON", []columnType{
		{name: "json", stored: `'{"b": [1, 2.5]}'`, read: `"{\"b\": [1, 2.5]}"`},
		{name: "json", stored: `'{"b":[1,2.5]}'`, read: `"{\"b\":[1,2.5]}"`, bound: `{"b":[1,2.5]}`},
	}},
	{"binary", []columnType{
		{name: "blob", stored: "x'00ff'", read: `"AP8="`, place: "FROM_BASE64(?)"},
		{name: "varbinary(9)", stored: "'abc'", read: `"YWJj"`, bound: `"abc"`},
		{name: "binary(4)", stored: "x'00ff'", read: `"AP8AAA=="`, place: "FROM_BASE64(?)"},
	}},
	{"texts", []columnType{
		{name: "text", stored: "'é😀''\"'", read: `"é😀'\""`},
		{name: "varchar(9)", stored: "'ab '", read: `"ab "`},
		{name: "char(5)", stored: "'ab'", read: `"ab"`},
		{name: "varchar(9)", stored: "'7'", read: `"7"`, bound: "7"},
		{name: "uuid", stored: "'123E4567-E89B-12D3-A456-426614174000'", read: `"123e4567-e89b-12d3-a456-426614174000"`},
		{name: "enum('a','é')", stored: "'é'", read: `"é"`},
		{name: "set('x','y','z')", stored: "'z,x'", read: `"x,z"`},
		{name: "inet6", stored: "'::1'", read: `"::1"`},
	}},
}

var sqliteTypes = []kindOf{
	{"whole numbers", []columnType{
		{name: "bigint", stored: "-9223372036854775807 - 1", read: "-9223372036854775808"},
		{name: "integer", stored: "5890840712243077777", read: "5890840712243077777", bound: `"5890840712243077777"`},
		{name: "bigint unsigned", stored: "18446744073709551615", read: "18446744073709552000"},
	}},
	{"decimals", []columnType{
		{name: "numeric(12,3)", stored: "12.34", read: "12.34"},
		{name: "decimal(40,9)", stored: "12345678901234567890.123456789", read: "12345678901234567000"},
	}},
	{"floats", []columnType{
		{name: "double precision", stored: "0.30000000000000004", read: "0.30000000000000004"},
		{name: "real", stored: "'NaN'", read: `"NaN"`},
		{name: "real", stored: "-9e999", read: `"-Infinity"`, place: "CASE ? WHEN '-Infinity' THEN -9e999 END"},
	}},
	{"booleans", []columnType{
		{name: "boolean", stored: "true", read: "true"},
		{name: "boolean", stored: "0", read: "false"},
		{name: "bool", stored: "'t'", read: "true", bound: `"t"`},
		{name: "tinyint(1)", stored: "1", read: "1", bound: "true"},
	}},
	{"dates and times", []columnType{
		{name: "date", stored: "'2024-02-29'", read: `"2024-02-29"`},
		{name: "date", stored: "'0000-00-00'", read: "null", bound: `"0000-00-00"`},
		{name: "time", stored: "'07:08:09.5'", read: `"07:08:09.5"`},
		{name: "timestamp", stored: "'2024-05-06 07:08:09.25'", read: `"2024-05-06 07:08:09.25"`},
		{name: "datetime", stored: "'2024-05-06T07:08:09Z'", read: `"2024-05-06 07:08:09"`, bound: `"2024-05-06T07:08:09Z"`},
		{name: "timestamptz", stored: "'2024-05-06 07:08:09+02'", read: `"2024-05-06 05:08:09"`, bound: `"2024-05-06 07:08:09+02"`},
		{name: "interval", stored: "'90 minutes'", read: `"90 minutes"`},
	}},
	{"arrays", []columnType{
		{name: "text[]", stored: `'["a","b"]'`, read: `["a","b"]`},
		{name: "int[]", stored: "'{1,NULL,3}'", read: "[1,null,3]", bound: `"{1,NULL,3}"`},
	}},
	{"JSON", []columnType{
		{name: "jsonb", stored: `'{"a":null,"b":[1,2.5]}'`, read: `{"a":null,"b":[1,2.5]}`},
		{name: "json", stored: "'[1,2]'", read: "[1,2]"},
	}},
	{"binary", []columnType{
		{name: "blob", stored: "x'00ff'", read: `"AP8="`, bound: `"00ff"`, place: "unhex(?)"},
		{name: "bytea", stored: "'abc'", read: `"YWJj"`, bound: `"abc"`},
	}},
	{"texts", []columnType{
		{name: "text", stored: "'é😀''\"'", read: `"é😀'\""`},
		{name: "char(5)", stored: "'ab'", read: `"ab"`},
		{name: "varchar(9)", stored: "'7'", read: `"7"`, bound: "7"},
		{name: "uuid", stored: "'123e4567-e89b-12d3-a456-426614174000'", read: `"123e4567-e89b-12d3-a456-426614174000"`},
	}},
}
