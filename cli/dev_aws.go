package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
)

// listenAWS listens at the address of --aws; without one it gives nil.
func listenAWS(address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--aws: %w", err)
	}
	if host == "" {
		return nil, fmt.Errorf("--aws %q: name the address to listen on, such as 127.0.0.1 or that of Docker's bridge, 172.17.0.1", address)
	}
	return net.Listen("tcp", address)
}

// announceAWS tells where AWS is, and to whom.
func announceAWS(std *Std, listener net.Listener) {
	if listener == nil {
		return
	}
	address := listener.Addr().(*net.TCPAddr)
	fmt.Fprintf(std.Out, "AWS for the functions at http://%s\n", address)
	if !address.IP.IsLoopback() {
		fmt.Fprintf(std.Err, "steploom: %s is not an address of this machine alone: whoever reaches it can start executions and read the secrets of this workflow\n", address)
	}
}

// serve answers requests, and what is asked of AWS, until the context ends.
func (d *developer) serve(ctx context.Context, requests, aws net.Listener) error {
	if aws == nil {
		return serve(ctx, requests, local.NewServer(d))
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		defer stop()
		ended <- serve(ctx, aws, local.NewAWSServer(http.HandlerFunc(d.serveAWS)))
	}()
	err := serve(ctx, requests, local.NewServer(d))
	stop()
	return errors.Join(err, <-ended)
}

// serveAWS answers for the last good version; before there is one it answers 503, which SDKs take for a fault that passes.
func (d *developer) serveAWS(w http.ResponseWriter, r *http.Request) {
	serving := d.current.take()
	if serving == nil {
		d.notYet(w)
		return
	}
	defer serving.requests.Done()
	serving.aws.ServeHTTP(w, r)
}

// asked prints one line for an execution that was started by way of AWS.
func (d *developer) asked(a local.Asked) {
	d.console.Lock()
	defer d.console.Unlock()
	fmt.Fprintf(d.std.Out, "%s %s  %s  %s\n", a.Status, padded(local.Milliseconds(a.Duration), 8), diag.Name(a.Operation), counted(a.States, "state"))
	d.failed(a.Failure)
}
