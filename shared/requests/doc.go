// Package requests makes HTTP requests as Python's requests 2.32.5 (with urllib3 2.8.0) does.
package requests
