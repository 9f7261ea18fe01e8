package apichap

import (
	"strings"

	"github.com/steploom/steploom/shared/diag"
)

func transactionRules() []diag.Rule {
	update := func(sql string) string {
		return "      - type: update\n        datasource: db\n        instructions:\n          - sql: {" + sql + "}\n"
	}
	insert, commit := update("transaction: t, query: INSERT INTO news (id) VALUES (1)"), update("commit: t")
	elsewhere := strings.NewReplacer("datasource: db", "datasource: db2").Replace(commit)
	twoDatabases := strings.NewReplacer("  shop: {type: api}\n", "  db2: {type: db, url: 'jdbc:postgresql://host/db2'}\n").Replace(inList(insert + elsewhere))
	return []diag.Rule{
		{
			Code: codeNeverCommitted, Title: "Transaction never committed", Example: inList(insert),
			Doc: "A statement with `transaction` is only collected. It runs when a fulfillment behind it commits the transaction by its name; here no way leads to one.",
		},
		{
			Code: codeNothingCollected, Title: "Commit of nothing", Example: inList(insert + commit + update("commit: s")),
			Doc: "No statement of the operation belongs to the transaction that is committed. Transactions do not go beyond one operation.",
		},
		{
			Code: codeSeveralDatasources, Title: "Transaction of several datasources", Example: twoDatabases,
			Doc: "All statements of a transaction, and its commit, have the same datasource: one database cannot take back what another one has done.",
		},
		{
			Code: codeEarlyCommit, Title: "Commit before the statements", Example: inList(commit + insert + commit),
			Doc: "No statement of the transaction can have been collected when the commit runs. It does nothing then.",
		},
		{
			Code: codeEndsTransaction, Title: "Statement that ends the transaction", Example: inList(update("transaction: t, query: COMMIT") + commit),
			Doc: "A transaction is begun and ended by the commit. BEGIN, COMMIT, ROLLBACK and SAVEPOINT cannot stand in it, nor on MariaDB statements before which the database commits without being asked, such as CREATE TABLE.",
		},
	}
}
