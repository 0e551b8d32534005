// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Certificates for tests, made with OpenSSL's API in well under a millisecond each.
#include "tests/unit/transport/certificates.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace mobility::testing {
namespace {

template <typename T>
T* must(T* pointer) {
    if (pointer == nullptr) {
        throw std::runtime_error(std::string("OpenSSL: ") +
                                 ERR_error_string(ERR_get_error(), nullptr));
    }
    return pointer;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = must(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

IssuedCertificate make(const CertificateRequest& request, const IssuedCertificate* issuer) {
    IssuedCertificate made;
    made.key.reset(must(EVP_EC_gen("P-256")), EVP_PKEY_free);
    made.certificate.reset(must(X509_new()), X509_free);
    X509* certificate = made.certificate.get();
    X509* by = issuer != nullptr ? issuer->certificate.get() : certificate;
    EVP_PKEY* key = issuer != nullptr ? issuer->key.get() : made.key.get();

    static long serial = 1;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), request.starts_in);
    X509_gmtime_adj(X509_getm_notAfter(certificate), request.ends_in);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(by));
    X509_set_pubkey(certificate, made.key.get());
    add_extension(certificate, by, NID_basic_constraints,
                  request.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!request.names.empty()) {
        add_extension(certificate, by, NID_subject_alt_name, request.names);
    }
    if (!request.usages.empty()) {
        add_extension(certificate, by, NID_ext_key_usage, request.usages);
    }
    if (X509_sign(certificate, key, EVP_sha256()) == 0) must<void>(nullptr);
    return made;
}

template <typename Writer>
std::string pem(Writer write) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    write(bio.get());
    char* text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mobility-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& file, const std::string& bytes) const {
    const std::string name = path(file);
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) throw std::runtime_error("open " + name);
    ::close(descriptor);
    std::ofstream(name, std::ios::binary) << bytes;
    return name;
}

std::string IssuedCertificate::certificate_pem() const {
    return pem([this](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
}

std::string IssuedCertificate::key_pem() const {
    return pem([this](BIO* bio) {
        PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

Authority::Authority(const std::string& common_name)
    : self_(make({.common_name = common_name, .authority = true}, nullptr)) {}

IssuedCertificate Authority::issue(const CertificateRequest& request) const {
    return make(request, &self_);
}

IssuedCertificate Authority::issue(const CertificateRequest& request,
                                   const IssuedCertificate& issuer) {
    return make(request, &issuer);
}

Certificates::Certificates() = default;

TlsFiles Certificates::files(const std::string& names) {
    return files(domain.issue({.names = names}), domain);
}

TlsFiles Certificates::files(const IssuedCertificate& issued, const Authority& trusted) {
    const std::string stem = std::to_string(next_++);
    return {
        .certificate = folder.write(stem + ".pem", issued.certificate_pem()),
        .key = folder.write(stem + ".key", issued.key_pem()),
        .trust_anchor = folder.write(stem + "-ca.pem", trusted.self().certificate_pem()),
    };
}

TlsIdentity Certificates::identity(const std::string& names) { return load(files(names)); }

TlsIdentity Certificates::issued(const CertificateRequest& request) {
    return load(files(domain.issue(request), domain));
}

TlsIdentity Certificates::load(const TlsFiles& files) {
    auto identity = TlsIdentity::load(files);
    if (!identity) throw std::runtime_error(identity.error());
    return *identity;
}

}  // namespace mobility::testing
