package nodes

// external are the types whose nodes only run in a function of the author's.
func external() []Type {
	return []Type{
		{Name: "agent", Otherwise: "A language model needs a provider, a prompt and tools that only a function of yours knows."},
		{Name: "mcp", Otherwise: "A tool server needs a connection that outlives a Lambda invocation."},
		{Name: "git", Otherwise: "A repository needs a working copy and keys."},
		{Name: "docker", Otherwise: "Images cannot be built or run inside a Lambda function."},
		{Name: "cicd", Otherwise: "Builds and deployments run in their own system."},
		{Name: "infra", Otherwise: "Infrastructure tools need their programs, state and wide permissions."},
		{Name: "company", Otherwise: "Another organisation is reached in a way that only you know."},
		{Name: "department", Otherwise: "A queue of people is reached in a way that only you know."},
	}
}
