// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a TlsIdentity holds: OpenSSL's context and the rules by which a peer's certificate is
// judged. Seen by transport/ only.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "transport/native_socket.h"
#include "transport/tls_identity.h"

namespace mobility {

struct OpenSslFree {
    void operator()(SSL* p) const { SSL_free(p); }
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
    void operator()(BIO* p) const { BIO_free_all(p); }
    void operator()(BIO_METHOD* p) const { BIO_meth_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
    void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <typename T>
using OpenSslPointer = std::unique_ptr<T, OpenSslFree>;

/// The socket under one SSL object, and what the kernel last said about it.
struct Wire {
    int descriptor = -1;
    int error = 0;      ///< errno of the last call if it failed
    bool over = false;  ///< the peer has ended its direction
};

/// Reads and writes a Wire. nullptr when memory is short.
OpenSslPointer<BIO_METHOD> make_wire_method();

/// What is asked of a peer's certificate, and what was found. Filled during the handshake.
struct PeerCheck {
    std::string expected_name;       ///< empty: any name will do
    std::vector<std::string> names;  ///< DNS and URI names of the peer
    std::string refusal;             ///< why its certificate was refused, empty if it was not
};

/// Immutable after loading; shared by threads.
class TlsContext {
public:
    static Result<std::shared_ptr<const TlsContext>> load(const TlsFiles& files);

    /// A session over the wire; `wire` and `check` must outlive it. nullptr when memory is short.
    OpenSslPointer<SSL> open(Wire& wire, PeerCheck& check, bool dials) const;

    const std::vector<std::string>& names() const { return names_; }
    const std::vector<std::string>& faults() const { return faults_; }
    const std::vector<std::string>& warnings() const { return warnings_; }
    bool is_for(int purpose) const;
    std::int64_t not_after() const { return not_after_; }

private:
    TlsContext();
    Result<void> load_certificate(const std::string& file);
    Result<void> load_key(const std::string& file);
    Result<void> load_trust_anchor(const std::string& file);
    Result<void> open_key_log(const std::string& file);
    void judge_own_chain(const TlsFiles& files);
    static void log_key(const SSL* ssl, const char* line);

    OpenSslPointer<BIO_METHOD> wire_method_;
    OpenSslPointer<SSL_CTX> context_;
    Descriptor key_log_{-1};
    std::vector<std::string> names_;
    std::vector<std::string> faults_;
    std::vector<std::string> warnings_;
    std::int64_t not_after_ = 0;
};

/// Why an SSL call failed, in an operator's words. `ssl_error` is SSL_get_error()'s answer, asked
/// before anything else; the thread's OpenSSL error queue is empty afterwards.
std::string failure_text(int ssl_error, const Wire& wire, const PeerCheck& check);

}  // namespace mobility
