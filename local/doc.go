// Package local is what a laptop adds around a compiled workflow: where its files lie, which databases stand behind its
// datasources, an HTTP gateway in front of it and a view of what it does. The state machines it runs are the emitted
// definitions, and the functions they call are the handlers that Lambda runs.
package local
