// Package sqlscript loads database scripts that were written for PostgreSQL, MariaDB, MySQL or SQL Server into SQLite.
//
// It covers what the scripts of small projects hold: schemas, tables, indexes, keys and data. What only matters to a
// server (users, grants, session settings, character sets, storage engines) is left out and reported; any other
// statement goes to SQLite as it stands, which refuses what it does not know.
package sqlscript
