// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads certificate, key and trust anchor, and judges the certificates of peers.
//
// Nothing here outlives its TlsContext: no index is registered with OpenSSL and no method is
// numbered, since a hook library that used them is unloaded while libssl stays.
#include "transport/tls_identity.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "core/one_line.h"
#include "transport/tls_context.h"

namespace mobility {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;
constexpr int kMaxIntermediates = 4;
constexpr long kMaxPeerChain = 32 * 1024;

/// The oldest entry of OpenSSL's queue, which is emptied.
std::string openssl_text() {
    const char* text = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return text != nullptr ? text : "unknown TLS error";
}

Error wrong(const char* key, const std::string& file, const std::string& reason) {
    return Error{std::string(key) + " " + file + ": " + reason};
}

Result<std::string> read_file(const char* key, const std::string& file) {
    if (file.empty()) return Error{std::string(key) + ": not given"};
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor.open()) return wrong(key, file, error_text(errno));
    std::string bytes;
    for (;;) {
        char piece[4096];
        const ssize_t count = ::read(descriptor.get(), piece, sizeof piece);
        if (count < 0) return wrong(key, file, error_text(errno));
        if (count == 0) break;
        bytes.append(piece, static_cast<std::size_t>(count));
        OPENSSL_cleanse(piece, sizeof piece);
        if (bytes.size() > kMaxFile) return wrong(key, file, "is larger than a PEM file can be");
    }
    return bytes;
}

OpenSslPointer<BIO> bio_of(const std::string& bytes) {
    return OpenSslPointer<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

/// A key with a passphrase must not make OpenSSL ask at the terminal.
int refuse_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

/// All certificates of a PEM file, at least one.
Result<std::vector<std::shared_ptr<X509>>> read_certificates(const char* key,
                                                             const std::string& file) {
    const Result<std::string> bytes = read_file(key, file);
    if (!bytes) return Error{bytes.error()};
    const auto bio = bio_of(*bytes);
    std::vector<std::shared_ptr<X509>> certificates;
    bool asked = false;
    ERR_clear_error();
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, refuse_passphrase, &asked)) {
        certificates.emplace_back(next, OpenSslFree());
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const std::string text = openssl_text();
    if (!at_end) return wrong(key, file, "contains a damaged certificate: " + text);
    if (certificates.empty()) return wrong(key, file, "contains no PEM certificate");
    return certificates;
}

struct CertificateName {
    bool dns = false;
    std::string text;
};

bool printable(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// DNS and URI names of the subjectAltName; those with bytes that no such name can have are
/// skipped.
std::vector<CertificateName> names_of(const X509& certificate) {
    std::vector<CertificateName> names;
    const OpenSslPointer<GENERAL_NAMES> all(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_DNS && name->type != GEN_URI) continue;
        const ASN1_IA5STRING* value = name->d.ia5;
        std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                         static_cast<std::size_t>(ASN1_STRING_length(value)));
        if (printable(text)) names.push_back({name->type == GEN_DNS, std::move(text)});
    }
    return names;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(const CertificateName& name, const std::string& expected) {
    if (!name.dns) return name.text == expected;
    return std::equal(name.text.begin(), name.text.end(), expected.begin(), expected.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

/// "ar1.example, urn:x:ar1", or the subject where there is no name: for messages only.
std::string title_of(const X509& certificate) {
    std::string title;
    for (const CertificateName& name : names_of(certificate)) {
        title += (title.empty() ? "" : ", ") + name.text;
    }
    if (!title.empty()) return title;
    const OpenSslPointer<BIO> bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(&certificate), 0,
                       XN_FLAG_ONELINE | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &text);
    return "subject " + std::string(text, static_cast<std::size_t>(std::max(0L, length)));
}

std::string text_of(const ASN1_TIME& time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(&time, &parts) != 1) return "an unreadable time";
    char text[32];
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts));
}

/// "expired on 2026-01-02 03:04:05 UTC", "not valid before ...", or nothing.
std::string out_of_time(const X509& certificate) {
    if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) <= 0) {
        return "expired on " + text_of(*X509_get0_notAfter(&certificate));
    }
    if (X509_cmp_current_time(X509_get0_notBefore(&certificate)) > 0) {
        return "is not valid before " + text_of(*X509_get0_notBefore(&certificate));
    }
    return {};
}

int refuse(X509_STORE_CTX* verification, PeerCheck& check, int code, std::string reason) {
    if (check.refusal.empty()) check.refusal = one_line(std::move(reason));
    X509_STORE_CTX_set_error(verification, code);
    return 0;
}

bool about_time(int code) {
    return code == X509_V_ERR_CERT_HAS_EXPIRED || code == X509_V_ERR_CERT_NOT_YET_VALID;
}

/// "certificate of ar1.example: expired on 2026-01-02 03:04:05 UTC"
std::string why_refused(const X509_STORE_CTX& verification) {
    const X509& certificate = *X509_STORE_CTX_get_current_cert(&verification);
    const int code = X509_STORE_CTX_get_error(&verification);
    const std::string when = out_of_time(certificate);
    return "certificate of " + title_of(certificate) + ": " +
           (about_time(code) && !when.empty() ? when : X509_verify_cert_error_string(code));
}

/// OpenSSL calls this for every certificate of a peer's chain, its own one (depth 0) last.
int judge_peer(int good, X509_STORE_CTX* verification) {
    const void* ssl =
        X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
    auto& check = *static_cast<PeerCheck*>(SSL_get_app_data(static_cast<const SSL*>(ssl)));
    if (good == 0) {
        return refuse(verification, check, X509_STORE_CTX_get_error(verification),
                      why_refused(*verification));
    }
    const X509& certificate = *X509_STORE_CTX_get_current_cert(verification);
    if (X509_STORE_CTX_get_error_depth(verification) != 0) return 1;
    const std::vector<CertificateName> names = names_of(certificate);
    if (names.empty()) {
        return refuse(verification, check, X509_V_ERR_HOSTNAME_MISMATCH,
                      "certificate of " + title_of(certificate) +
                          ": no DNS or URI name in its subjectAltName");
    }
    const std::string& expected = check.expected_name;
    const auto fits = [&expected](const CertificateName& name) { return same(name, expected); };
    if (!expected.empty() && std::none_of(names.begin(), names.end(), fits)) {
        return refuse(verification, check, X509_V_ERR_HOSTNAME_MISMATCH,
                      "certificate is for " + title_of(certificate) + ", expected " + expected);
    }
    check.names.clear();
    for (const CertificateName& name : names) check.names.push_back(name.text);
    return 1;
}

}  // namespace

TlsContext::TlsContext() : wire_method_(make_wire_method()), context_(SSL_CTX_new(TLS_method())) {
    if (!wire_method_ || !context_) throw std::bad_alloc();
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_max_cert_list(context, kMaxPeerChain);
    SSL_CTX_set_verify_depth(context, kMaxIntermediates);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, judge_peer);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files) {
    const std::shared_ptr<TlsContext> context(new TlsContext);
    if (auto done = context->load_certificate(files.certificate); !done) {
        return Error{done.error()};
    }
    if (auto done = context->load_key(files.key); !done) return Error{done.error()};
    if (auto done = context->load_trust_anchor(files.trust_anchor); !done) {
        return Error{done.error()};
    }
    if (auto done = context->open_key_log(files.key_log); !done) return Error{done.error()};
    context->judge_own_chain(files);
    return std::shared_ptr<const TlsContext>(context);
}

Result<void> TlsContext::load_certificate(const std::string& file) {
    constexpr const char* kKey = "certificate-file";
    const auto chain = read_certificates(kKey, file);
    if (!chain) return Error{chain.error()};
    X509& own = *chain->front();
    for (const CertificateName& name : names_of(own)) names_.push_back(name.text);
    if (names_.empty()) {
        return wrong(kKey, file,
                     "the certificate of " + title_of(own) +
                         " has no DNS or URI name in its subjectAltName");
    }
    bool taken = SSL_CTX_use_certificate(context_.get(), &own) == 1;
    for (std::size_t i = 1; taken && i < chain->size(); ++i) {
        taken = SSL_CTX_add1_chain_cert(context_.get(), (*chain)[i].get()) == 1;
    }
    if (!taken) return wrong(kKey, file, openssl_text());
    std::tm end{};
    ASN1_TIME_to_tm(X509_get0_notAfter(&own), &end);
    not_after_ = ::timegm(&end);
    if (const std::string when = out_of_time(own); !when.empty()) {
        faults_.push_back(
            wrong(kKey, file, "the certificate " + when + "; renew it, or set the clock").text);
    }
    return {};
}

Result<void> TlsContext::load_key(const std::string& file) {
    constexpr const char* kKey = "key-file";
    Result<std::string> bytes = read_file(kKey, file);
    if (!bytes) return Error{bytes.error()};
    bool asked = false;
    ERR_clear_error();
    const OpenSslPointer<EVP_PKEY> key(
        PEM_read_bio_PrivateKey(bio_of(*bytes).get(), nullptr, refuse_passphrase, &asked));
    const bool no_pem = bytes->find("PRIVATE KEY-----") == std::string::npos;
    OPENSSL_cleanse(bytes->data(), bytes->size());
    const std::string text = openssl_text();
    if (asked) return wrong(kKey, file, "is encrypted: store the key without a passphrase");
    if (!key && no_pem) return wrong(kKey, file, "contains no PEM private key");
    if (!key) return wrong(kKey, file, "contains a damaged key: " + text);
    X509* const certificate = SSL_CTX_get0_certificate(context_.get());
    if (X509_check_private_key(certificate, key.get()) != 1) {
        ERR_clear_error();
        return wrong(kKey, file, "does not match the certificate of " + title_of(*certificate));
    }
    if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1) {
        return wrong(kKey, file, openssl_text());
    }
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
        warnings_.push_back(wrong(kKey, file, "is readable by every user: chmod o= it").text);
    }
    return {};
}

Result<void> TlsContext::load_trust_anchor(const std::string& file) {
    constexpr const char* kKey = "trust-anchor";
    const auto anchors = read_certificates(kKey, file);
    if (!anchors) return Error{anchors.error()};
    for (const auto& anchor : *anchors) {
        if (X509_check_ca(anchor.get()) == 0) {
            return wrong(kKey, file, "the certificate of " + title_of(*anchor) + " is not a CA's");
        }
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), anchor.get()) != 1) {
            return wrong(kKey, file, openssl_text());
        }
        if (const std::string when = out_of_time(*anchor); !when.empty()) {
            warnings_.push_back(
                wrong(kKey, file, "the certificate of " + title_of(*anchor) + " " + when).text);
        }
    }
    return {};
}

/// Peers share the trust anchor as a rule: what we would refuse they will refuse.
void TlsContext::judge_own_chain(const TlsFiles& files) {
    X509* const own = SSL_CTX_get0_certificate(context_.get());
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context_.get(), &chain);
    const OpenSslPointer<X509_STORE_CTX> verification(X509_STORE_CTX_new());
    if (!verification ||
        X509_STORE_CTX_init(verification.get(), SSL_CTX_get_cert_store(context_.get()), own,
                            chain) != 1) {
        throw std::bad_alloc();
    }
    const bool good = X509_verify_cert(verification.get()) == 1;
    const int code = X509_STORE_CTX_get_error(verification.get());
    const bool told = about_time(code) && X509_STORE_CTX_get_error_depth(verification.get()) == 0;
    if (!good && !told) {
        faults_.push_back(wrong("certificate-file", files.certificate,
                                "peers with trust-anchor " + files.trust_anchor +
                                    " will refuse it: " + why_refused(*verification))
                              .text);
    }
    ERR_clear_error();
}

bool TlsContext::is_for(int purpose) const {
    return X509_check_purpose(SSL_CTX_get0_certificate(context_.get()), purpose, 0) == 1;
}

Result<void> TlsContext::open_key_log(const std::string& file) {
    if (file.empty()) return {};
    Descriptor log(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log.open()) return wrong("key-log-file", file, error_text(errno));
    key_log_ = std::move(log);
    SSL_CTX_set_app_data(context_.get(), this);
    SSL_CTX_set_keylog_callback(context_.get(), log_key);
    return {};
}

/// One write for each line: several threads may share the file.
void TlsContext::log_key(const SSL* ssl, const char* line) {
    const auto* self = static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const std::string text = std::string(line) + "\n";
    [[maybe_unused]] const ssize_t written =
        ::write(self->key_log_.get(), text.data(), text.size());
}

std::string failure_text(int ssl_error, const Wire& wire, const PeerCheck& check) {
    const int reason = ERR_GET_REASON(ERR_peek_error());
    const bool told = ssl_error == SSL_ERROR_SSL;
    const std::string text = openssl_text();
    if (!check.refusal.empty()) return check.refusal;
    if (ssl_error == SSL_ERROR_ZERO_RETURN) return "closed by the peer";
    if (!told) return wire.error != 0 ? error_text(wire.error) : "cut off by the peer";
    if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return "cut off by the peer";
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) return "the peer shows no certificate";
    if (reason == SSL_AD_REASON_OFFSET + SSL_AD_CERTIFICATE_REQUIRED) {
        return "the peer refuses us: certificate required";
    }
    if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
        return std::string("the peer refuses us: ") +
               SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET);
    }
    return "the peer does not speak TLS 1.3 as we do: " + text;
}

TlsIdentity::TlsIdentity(std::shared_ptr<const TlsContext> context)
    : context_(std::move(context)) {}

Result<TlsIdentity> TlsIdentity::load(const TlsFiles& files) {
    auto context = TlsContext::load(files);
    if (!context) return Error{context.error()};
    return TlsIdentity(std::move(*context));
}

const std::vector<std::string>& TlsIdentity::faults() const { return context_->faults(); }
const std::vector<std::string>& TlsIdentity::warnings() const { return context_->warnings(); }
bool TlsIdentity::may_dial() const { return context_->is_for(X509_PURPOSE_SSL_CLIENT); }
bool TlsIdentity::may_listen() const { return context_->is_for(X509_PURPOSE_SSL_SERVER); }
const std::vector<std::string>& TlsIdentity::names() const { return context_->names(); }
std::int64_t TlsIdentity::not_after() const { return context_->not_after(); }

}  // namespace mobility
