package local

// Close gives back what a service holds: connections, processes and the stub's address. Requests that have begun end first where a function
// still works for them; no new one may begin.
func (s *Service) Close() { s.stop() }

// release closes the functions; it runs once, when the service's context ends.
func (s *Service) release() {
	if s.isolated != nil {
		s.isolated.close()
	}
	s.jobs.close()
	for _, function := range s.functions {
		if function.Close != nil {
			_ = function.Close() // a connection that cannot be ended in order is ended
		}
	}
}
