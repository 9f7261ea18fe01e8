package cli

import (
	"context"
	"net"
	"net/http"

	"github.com/steploom/steploom/local"
)

// desk is where people answer the questions of a run: a server on a free port of this machine.
type desk struct {
	listener net.Listener
	server   *http.Server
}

// openDesk takes the port and tells the workflow its address, which the links of questions begin with.
func openDesk(std *Std, settings *local.Settings) (*desk, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	settings.BaseURL, settings.Log = "http://"+listener.Addr().String(), local.QuestionLog(std.Err)
	return &desk{listener: listener, server: local.NewServer(nil)}, nil
}

// serve answers for a service until close.
func (d *desk) serve(service *local.Service) {
	d.server.Handler = service.AnswerHandler()
	go d.server.Serve(d.listener)
}

// close ends the answers that have begun, then the server.
func (d *desk) close() {
	limit, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	d.server.Shutdown(limit)
	d.listener.Close()
}
