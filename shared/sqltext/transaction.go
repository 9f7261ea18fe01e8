package sqltext

import "slices"

// This file finds statements that do not fit into a transaction that somebody else begins and ends.

// EndsTransaction says why a text cannot run inside a transaction that is begun and ended around it, "" when it can: it begins, ends or marks
// one itself, or, on MySQL, is a statement before which the server commits without being asked (MariaDB manual, "SQL statements that cause an
// implicit commit"). What a routine does that it calls is not known.
func EndsTransaction(engine Engine, text string) (why string) {
	for _, statement := range Split(engine, text) {
		words := wordsOf(statement)
		switch {
		case controls(engine, words):
			return "it begins or ends a transaction itself"
		case engine == MySQL && commitsFirst(words):
			return "the database commits before this statement, and could take back nothing of what came before it"
		}
	}
	return ""
}

// wordsOf are the words of a statement, those in quotes and comments not among them.
func wordsOf(statement []Token) []Token {
	return slices.DeleteFunc(slices.Clone(statement), func(t Token) bool { return t.Kind != Word })
}

// begins tells whether words begin with one of some.
func begins(words []Token, with ...string) bool {
	return len(words) > 0 && slices.ContainsFunc(with, words[0].Is)
}

// controls tells whether a statement begins or ends a transaction. On SQL Server one text holds many statements, with nothing between them: there
// the words count wherever they stand.
func controls(engine Engine, words []Token) bool {
	for i := range words {
		rest := words[i:]
		second := rest[1:]
		switch {
		case engine == SQLServer && begins(rest, "commit", "rollback"):
			return true
		case engine == SQLServer:
			if begins(rest, "begin", "save", "distributed") && begins(second, "tran", "transaction") {
				return true
			}
			continue
		case begins(rest, "commit", "rollback", "savepoint", "release", "begin", "abort", "end", "xa"):
			return true
		case begins(rest, "start"), begins(rest, "prepare"):
			return begins(second, "transaction")
		}
		return false
	}
	return false
}

// commitsFirst tells whether MariaDB and MySQL commit before a statement.
func commitsFirst(words []Token) bool {
	switch {
	case begins(words, "create", "drop"):
		object := words[1:]
		if begins(object, "or") && begins(object[1:], "replace") {
			object = object[2:]
		}
		return !begins(object, "temporary")
	case begins(words, "set"):
		return slices.ContainsFunc(words, func(t Token) bool { return t.Is("autocommit") || t.Is("@@autocommit") || t.Is("password") })
	}
	return begins(words, "alter", "rename", "truncate", "grant", "revoke", "lock", "unlock", "analyze", "check", "optimize", "repair", "flush",
		"reset", "install", "uninstall", "cache", "change", "shutdown", "stop", "start") ||
		begins(words, "load") && begins(words[1:], "index")
}
