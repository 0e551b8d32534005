// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A small certificate authority for tests: makes good and bad certificates as PEM files in a
// temporary folder.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "transport/tls_identity.h"

namespace mobility::testing {

/// A new folder under the system's temporary one, removed with all its files at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string path(const std::string& file) const { return path_ + "/" + file; }
    /// Returns the path. Mode 0600.
    std::string write(const std::string& file, const std::string& bytes) const;

private:
    std::string path_;
};

/// What stands in a certificate.
struct CertificateRequest {
    std::string names = {};  ///< as in openssl.cnf: "DNS:a.example,URI:urn:x:a"; empty: no SAN
    std::string common_name = "unused";
    long starts_in = -3600;   ///< seconds from now
    long ends_in = 3600;      ///< seconds from now
    std::string usages = {};  ///< extendedKeyUsage: "clientAuth"; empty: none
    bool authority = false;   ///< basicConstraints CA:TRUE
};

/// A key and the certificate issued for it.
struct IssuedCertificate {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;

    std::string certificate_pem() const;
    std::string key_pem() const;
};

class Authority {
public:
    explicit Authority(const std::string& common_name);
    IssuedCertificate issue(const CertificateRequest& request) const;
    /// For certificates signed by an intermediate authority.
    static IssuedCertificate issue(const CertificateRequest& request,
                                   const IssuedCertificate& issuer);
    const IssuedCertificate& self() const { return self_; }

private:
    IssuedCertificate self_;
};

/// The authority that everybody in a test trusts, a foreign one, and their files.
class Certificates {
public:
    Certificates();

    /// Files of a node with these names ("DNS:a.example"), issued and trusted by `domain`.
    TlsFiles files(const std::string& names);
    TlsFiles files(const IssuedCertificate& issued, const Authority& trusted);
    /// A loaded identity; throws std::runtime_error with the reason.
    TlsIdentity identity(const std::string& names);
    TlsIdentity issued(const CertificateRequest& request);
    static TlsIdentity load(const TlsFiles& files);

    TemporaryFolder folder;
    Authority domain{"Domain CA"};
    Authority foreign{"Foreign CA"};

private:
    int next_ = 0;
};

}  // namespace mobility::testing
