package worker

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Headers of a signed request between workers.
const (
	SignatureHeader = "X-Connect-Authorization"
	AlgorithmHeader = "X-Connect-Request-Signature-Algorithm"
)

var macs = map[string]func() hash.Hash{"HmacSHA1": sha1.New, "HmacSHA256": sha256.New, "HmacSHA512": sha512.New}

// sign returns the signature of a body.
func sign(key []byte, algorithm string, body []byte) ([]byte, error) {
	h, ok := macs[algorithm]
	if !ok {
		return nil, fmt.Errorf("signature algorithm %s is not known; HmacSHA1, HmacSHA256 and HmacSHA512 are", algorithm)
	}
	m := hmac.New(h, key)
	m.Write(body)
	return m.Sum(nil), nil
}

// Verify checks that a request came from a worker of this cluster.
func (w *Worker) Verify(body []byte, signature, algorithm string) error {
	if signature == "" || algorithm == "" {
		return refuse(400, "Internal request missing required signature")
	}
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return refuse(400, "Internal request has a signature that is not base64")
	}
	allowed := w.values.List("inter.worker.verification.algorithms")
	found := false
	for _, a := range allowed {
		found = found || a == algorithm
	}
	if !found {
		return refuse(400, "This worker does not support the '%s' key signing algorithm used by other workers. This worker is currently configured to use: %s. Check that all workers' configuration files permit the same set of signature algorithms, and correct any misconfigured worker and restart it.", algorithm, strings.Join(allowed, ","))
	}
	w.mu.RLock()
	session := w.config.Session
	w.mu.RUnlock()
	if session == nil {
		return refuse(503, "This worker is still starting up and has not been able to read a session key from the config topic yet")
	}
	want, err := sign(session.Key, algorithm, body)
	if err != nil {
		return refuse(400, "%v", err)
	}
	if !hmac.Equal(want, given) {
		return refuse(403, "Internal request contained invalid signature.")
	}
	return nil
}

// sendTasks hands the configurations of a connector's tasks to the leader.
func (w *Worker) sendTasks(ctx context.Context, leader *NotLeader, name string, tasks []map[string]string) error {
	body, err := json.Marshal(tasks)
	if err != nil {
		return err
	}
	return w.internal(ctx, leader, http.MethodPost, "/connectors/"+url.PathEscape(name)+"/tasks", body)
}

// internal sends a signed request to another worker.
func (w *Worker) internal(ctx context.Context, to *NotLeader, method, path string, body []byte) error {
	if to.URL == "" {
		return to
	}
	w.mu.RLock()
	session := w.config.Session
	w.mu.RUnlock()
	if session == nil {
		return fmt.Errorf("no session key was handed out yet")
	}
	algorithm := w.values.Text("inter.worker.signature.algorithm")
	signature, err := sign(session.Key, algorithm, body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(to.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(SignatureHeader, base64.StdEncoding.EncodeToString(signature))
	request.Header.Set(AlgorithmHeader, algorithm)
	response, err := w.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 300 {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
	return fmt.Errorf("the worker at %s answered %s: %s", to.URL, response.Status, text)
}

// Fence writes how many producers of a source's tasks are to be fenced before its tasks start, exactly once.
func (w *Worker) Fence(ctx context.Context, name string) error {
	if err := w.lead(); err != nil {
		return err
	}
	return w.fence(ctx, name, w.client.Request)
}
