// Package retry is urllib3's Retry (2.8.0) as a value: how often a request is made again, after which failures and answers, and how long is waited
// before each attempt. It neither sends nor sleeps.
//
//	budget, err := retry.New(pytext.NewDict("total", 3, "backoff_factor", 0.5))
//	for {
//		next, failed := budget.Next("GET", event, retry.Circumstances{Now: time.Now()})
//		if failed != nil || !next.Again {
//			break // failed is the exception; without one the answer is handed on
//		}
//		time.Sleep(next.Wait) // and make the attempt
//		budget = next.Retry
//	}
//
// Every event that leads to another attempt takes one from total and one from the counter of its class; the budget is spent when a counter falls below
// zero. The first wait of a row of failures is zero, the following ones are backoff_factor * 2, * 4, … up to backoff_max; a Retry-After header of the
// answer stands in their place. Budgets are those of urllib3.util.retry, events those of urllib3.connectionpool.urlopen.
//
// The arguments are values of package pytext; what Python takes without complaint and fails on when it is used fails here at that time too.
package retry
