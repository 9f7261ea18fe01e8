package testserver

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Docker is a running Docker daemon of the test's own, with an image for functions that sam local runs.
type Docker struct {
	// Host is the value of DOCKER_HOST.
	Host string
	// Bridge is the address of this machine as containers see it.
	Bridge string
}

// Docker gives a Docker daemon. It needs root.
func (s *Set) Docker(t testing.TB) *Docker {
	t.Helper()
	return s.docker.get(t, s.startDocker)
}

func (s *Set) startDocker() (*Docker, error) {
	daemon, err := find("dockerd")
	if err != nil {
		return nil, err
	}
	client, err := find("docker")
	if err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return nil, missing{"root (to run dockerd)"}
	}
	folder, err := s.folder("docker", nil)
	if err != nil {
		return nil, err
	}
	socket := "unix://" + filepath.Join(folder, "docker.sock")
	c := command(nil, folder, daemon, "--data-root", filepath.Join(folder, "data"), "--exec-root", filepath.Join(folder, "exec"), "-H", socket, "--pidfile", filepath.Join(folder, "pid"))
	c.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin") // for iptables
	server, err := s.start(c, filepath.Join(folder, "log"), syscall.SIGTERM)
	if err != nil {
		return nil, err
	}
	docker := func(input io.Reader, arguments ...string) (string, error) {
		c := exec.Command(client, append([]string{"-H", socket}, arguments...)...)
		c.Stdin = input
		said, err := c.CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("docker %s: %w\n%s", arguments[0], err, said)
		}
		return strings.TrimSpace(string(said)), nil
	}
	if err := server.await(func() error { _, err := docker(nil, "info"); return err }); err != nil {
		return nil, missing{"a machine that lets dockerd run (" + err.Error() + ")"}
	}
	bridge, err := docker(nil, "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")
	if err != nil {
		return nil, err
	}
	content, err := functionImage()
	if err != nil {
		return nil, err
	}
	for _, architecture := range []string{"x86_64", "arm64"} {
		_, err := docker(bytes.NewReader(content), "import", "-c", "ENV PATH=/usr/local/bin:/usr/bin:/bin:/opt/bin", "-c", "ENV LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime",
			"-c", "WORKDIR /var/task", "-", "public.ecr.aws/lambda/provided:al2023-"+architecture)
		if err != nil {
			return nil, err
		}
	}
	return &Docker{Host: socket, Bridge: bridge}, nil
}

// functionImage is the root file system of an image that stands for Lambda's: a shell to build on, certificates, the folders that Lambda has.
func functionImage() ([]byte, error) {
	busybox, err := find("busybox")
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(busybox)
	if err != nil {
		return nil, err
	}
	certificates, err := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	if err != nil {
		return nil, missing{"/etc/ssl/certs/ca-certificates.crt"}
	}
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	for _, folder := range []string{"bin/", "etc/", "etc/ssl/", "etc/ssl/certs/", "var/", "var/task/", "var/runtime/", "tmp/"} {
		if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: folder, Mode: 0o755}); err != nil {
			return nil, err
		}
	}
	for name, content := range map[string][]byte{"bin/busybox": program, "etc/ssl/certs/ca-certificates.crt": certificates} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(content); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"sh", "mv", "chmod", "ls", "cat", "mkdir", "cp", "rm", "env", "sleep"} {
		if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "bin/" + name, Linkname: "busybox"}); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), archive.Close()
}
