package ir

import "slices"

// Connections are the outside systems of a workflow, each under a name of its own.
type Connections []*Connection

// With adds a connection and gives the name by which steps call it: of several with the same address and user, or without an address with the same
// name, the first stands for all.
func (c Connections) With(one *Connection) (all Connections, name string) {
	for _, known := range c {
		if known.URL == one.URL && known.User == one.User && (one.URL != "" || known.Name == one.Name) {
			return c, known.Name
		}
	}
	added := *one
	for slices.ContainsFunc(c, func(known *Connection) bool { return known.Name == added.Name }) {
		added.Name += "_" + string(added.Kind)
	}
	return append(slices.Clip(c), &added), added.Name
}

// At makes the connection to an address as it is written, with user and password apart. A secret takes the place of both.
func (c Connection) At(url, secret string) *Connection {
	c.URL, c.User.Literal, c.Password.Literal = SplitCredentials(url)
	if secret != "" {
		c.User, c.Password = Credential{Ref: secret}, Credential{Ref: secret}
	}
	return &c
}
