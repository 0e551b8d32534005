// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who we are and whom we believe: certificate, key and trust anchor read from files, ready for use
// by any number of Dialers and Listeners.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace mobility {

/// Paths as configured. Error texts name the configuration key given here beside each.
struct TlsFiles {
    std::string certificate;   ///< certificate-file: PEM, own certificate first, then intermediates
    std::string key;           ///< key-file: PEM, its private key, without passphrase
    std::string trust_anchor;  ///< trust-anchor: PEM, the CA (during a change of CA: both CAs)
    /// key-log-file: secrets of every connection are appended to it, so that a capture can be
    /// decrypted (the NSS key log format, as SSLKEYLOGFILE). Empty, as it should be: off.
    std::string key_log = {};
};

class TlsContext;

/// A cheap handle: copies share the same keys, which live as long as any copy or connection. May be
/// loaded and copied on any thread. TLS 1.3 only, both sides show a certificate, no resumption, no
/// early data.
///
/// A peer's certificate must chain to the trust anchor, be within its validity, allow the peer's
/// role if it has an extendedKeyUsage (a node that both dials and listens needs clientAuth and
/// serverAuth, or none), and carry at least one DNS or URI name in its subjectAltName. The
/// subject's common name is never looked at. Validity is checked when a connection is made, not
/// afterwards.
class TlsIdentity {
public:
    /// Reads all files. The error names key, file and reason, e.g.
    /// "key-file /etc/kea/ar1.key: does not match the certificate in /etc/kea/ar1.pem".
    static Result<TlsIdentity> load(const TlsFiles& files);

    /// Why peers that trust whom we trust refuse us now; each names key and file: own certificate
    /// or its authority expired or not valid yet, or not issued by the trust anchor. That is no
    /// error of load(): the clock may not be set yet, and a certificate can be loaded anew.
    const std::vector<std::string>& faults() const;
    /// What else should be told to the operator, likewise: a certificate in the trust anchor
    /// expired or not valid yet; key readable by everyone.
    const std::vector<std::string>& warnings() const;
    /// What our own certificate is for: peers refuse it in any other role (extendedKeyUsage).
    bool may_dial() const;
    bool may_listen() const;
    /// DNS and URI names in our own subjectAltName; at least one.
    const std::vector<std::string>& names() const;
    /// End of validity of our own certificate, in seconds since 1970.
    std::int64_t not_after() const;

    /// For transport/ only.
    const std::shared_ptr<const TlsContext>& context() const { return context_; }

private:
    explicit TlsIdentity(std::shared_ptr<const TlsContext> context);
    std::shared_ptr<const TlsContext> context_;
};

}  // namespace mobility
