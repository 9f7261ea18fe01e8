package osop

// NodeType says what becomes of nodes of one type. The rows are data for the documentation too.
type NodeType struct {
	Type string
	// Runs says what a node of the type runs as; "" when it needs a function of its own.
	Runs string
	// Reason says why it does not run by itself, or what it cannot do.
	Reason string
}

// NodeTypes lists the node types.
func NodeTypes() []NodeType {
	return []NodeType{
		{"api", "an HTTP request of the http function; a first node whose address has no host is a route of the workflow's own API", "gRPC, SOAP envelopes built from a WSDL, and polling are not available."},
		{"cli", "a jq program of the filter function, when the command line is one call of jq", "A command line needs a machine with its programs; a Lambda function of Steploom has none."},
		{"db", "SQL of the sql function: a query, a table with an action, or an audit row", "Engines other than PostgreSQL, MariaDB, MySQL, SQL Server and SQLite need a client of their own."},
		{"data", "a jq program (engine: jq) or an SQL statement (engine: postgres, …)", "Spark, dbt and other engines need a machine with their programs."},
		{"human", "a wait for an answer, given through a link that the api function serves", "Several approvals of one node cannot be told apart."},
		{"event", "the start of the run when it comes first, otherwise a wait for an event sent through a link", "No function of Steploom sends events."},
		{"system", "nothing of its own when it routes, forks or joins", "What the tool or operation does is not known."},
		{"gateway", "nothing of its own: its edges decide", ""},
		{"agent", "", "A language model needs a provider, a prompt and tools that only a function of yours knows."},
		{"mcp", "", "A tool server needs a connection that outlives a Lambda invocation."},
		{"git", "", "A repository needs a working copy and keys."},
		{"docker", "", "Images cannot be built or run inside a Lambda function."},
		{"cicd", "", "Builds and deployments run in their own system."},
		{"infra", "", "Infrastructure tools need their programs, state and wide permissions."},
		{"company", "", "Another organisation is reached in a way that only you know."},
		{"department", "", "A queue of people is reached in a way that only you know."},
	}
}

// EdgeMode says what becomes of edges of one mode.
type EdgeMode struct {
	Mode    Mode
	Becomes string
}

// EdgeModes lists the edge modes.
func EdgeModes() []EdgeMode {
	return []EdgeMode{
		{Sequential, "the next step; several from one node run at once; several into one node wait for all"},
		{Conditional, "a Choice rule; conditions that can hold together are all followed, at once; none of them: the path ends"},
		{Parallel, "a branch of a Parallel state, which closes where the branches meet"},
		{Loop, "a bounded jump back while the condition holds; with for_each a Map over the items"},
		{EventMode, "a wait, before the target, for an event sent through a link that meets the condition; from an event node that starts the run: like conditional"},
		{Fallback, "a Catch; with a condition also followed after success when it holds; from a router, or with otherwise: when no other condition holds"},
		{ErrorMode, "a Catch; a condition on the HTTP status matches the error by name, so it is not retried first; any condition is also looked at after success"},
		{Timeout, "a Catch of States.Timeout"},
		{Spawn, "like parallel; with spawn_count a Map of that many runs"},
		{Switch, "Choice rules in the order of the cases, then default_to"},
		{Compensation, "steps that undo the source when a node behind it fails for good, the last one first"},
		{Message, "like sequential"},
		{Dataflow, "like sequential: the target waits for the source"},
		{Signal, "like event"},
		{Weighted, "Choice rules on a random number"},
	}
}
