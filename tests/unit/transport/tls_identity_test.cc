// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Loading certificate, key and trust anchor: every mistake is named by key, file and reason.
#include "transport/tls_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <ctime>
#include <fstream>

#include "tests/unit/transport/certificates.h"
#include "tests/unit/transport/loop.h"

namespace mobility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class TlsIdentityTest : public ::testing::Test {
protected:
    std::string error(const TlsFiles& files) {
        const auto loaded = TlsIdentity::load(files);
        return loaded ? "loaded" : loaded.error();
    }
    std::vector<std::string> warnings(const TlsFiles& files) {
        return Certificates::load(files).warnings();
    }
    std::vector<std::string> faults(const TlsFiles& files) {
        return Certificates::load(files).faults();
    }

    Certificates certificates;
    TlsFiles good = certificates.files("DNS:ar1.example,URI:urn:example:ar1,IP:192.0.2.1");
};

TEST_F(TlsIdentityTest, LoadsWhatIsRight) {
    const TlsIdentity identity = Certificates::load(good);
    EXPECT_THAT(identity.names(), ElementsAre("ar1.example", "urn:example:ar1"));
    EXPECT_THAT(identity.warnings(), IsEmpty());
    EXPECT_THAT(identity.faults(), IsEmpty());
    EXPECT_NEAR(static_cast<double>(identity.not_after()),
                static_cast<double>(std::time(nullptr) + 3600), 60);
}

TEST_F(TlsIdentityTest, NamesKeyAndFileThatCannotBeRead) {
    TlsFiles files = good;
    files.certificate = "/nowhere/ar1.pem";
    EXPECT_EQ(error(files), "certificate-file /nowhere/ar1.pem: No such file or directory");
    files = good;
    files.key = "/nowhere/ar1.key";
    EXPECT_EQ(error(files), "key-file /nowhere/ar1.key: No such file or directory");
    files = good;
    files.trust_anchor = certificates.folder.path("");
    EXPECT_THAT(error(files), HasSubstr("trust-anchor " + files.trust_anchor));
    EXPECT_THAT(error(files), HasSubstr("Is a directory"));
    files = good;
    files.key = "";
    EXPECT_EQ(error(files), "key-file: not given");
    files = good;
    files.key_log = "/nowhere/keys";
    EXPECT_EQ(error(files), "key-log-file /nowhere/keys: No such file or directory");
}

TEST_F(TlsIdentityTest, NamesTheFileThatIsNotPem) {
    const std::string garbage = certificates.folder.write("garbage", std::string(3000, '\x93'));
    TlsFiles files = good;
    files.certificate = garbage;
    EXPECT_EQ(error(files), "certificate-file " + garbage + ": contains no PEM certificate");
    files = good;
    files.key = garbage;
    EXPECT_EQ(error(files), "key-file " + garbage + ": contains no PEM private key");
    files.key = good.certificate;
    EXPECT_EQ(error(files), "key-file " + files.key + ": contains no PEM private key");
    files = good;
    files.trust_anchor = certificates.folder.write("empty", "");
    EXPECT_EQ(error(files), "trust-anchor " + files.trust_anchor + ": contains no PEM certificate");
    files.trust_anchor = certificates.folder.write("large", std::string(2 << 20, ' '));
    EXPECT_THAT(error(files), HasSubstr("is larger than a PEM file can be"));
}

TEST_F(TlsIdentityTest, NamesTheFileThatIsDamaged) {
    std::string pem = certificates.domain.self().certificate_pem();
    const std::string half = pem.substr(0, pem.size() / 2);
    TlsFiles files = good;
    files.trust_anchor = certificates.folder.write("half", pem + half);
    EXPECT_THAT(error(files), StartsWith("trust-anchor " + files.trust_anchor +
                                         ": contains a damaged certificate: "));
}

TEST_F(TlsIdentityTest, RefusesAKeyThatIsNotTheCertificates) {
    TlsFiles files = good;
    files.key = certificates.files("DNS:ar2.example").key;
    EXPECT_EQ(error(files), "key-file " + files.key +
                                ": does not match the certificate of ar1.example, urn:example:ar1");
}

TEST_F(TlsIdentityTest, RefusesAKeyWithAPassphraseInsteadOfAskingForIt) {
    const auto issued = certificates.domain.issue({.names = "DNS:a.example"});
    TlsFiles files = certificates.files(issued, certificates.domain);
    FILE* file = std::fopen(files.key.c_str(), "w");
    ASSERT_NE(file, nullptr);
    char passphrase[] = "secret";
    PEM_write_PKCS8PrivateKey(file, issued.key.get(), EVP_aes_256_cbc(), passphrase, 6, nullptr,
                              nullptr);
    std::fclose(file);
    EXPECT_EQ(error(files),
              "key-file " + files.key + ": is encrypted: store the key without a passphrase");
}

TEST_F(TlsIdentityTest, RefusesACertificateThatNamesNobody) {
    const auto nameless = certificates.domain.issue({.common_name = "ar1.example"});
    const TlsFiles files = certificates.files(nameless, certificates.domain);
    EXPECT_EQ(error(files), "certificate-file " + files.certificate +
                                ": the certificate of subject CN = ar1.example has no DNS or URI "
                                "name in its subjectAltName");
}

TEST_F(TlsIdentityTest, RefusesATrustAnchorThatIsNoAuthority) {
    TlsFiles files = good;
    files.trust_anchor = good.certificate;
    EXPECT_EQ(error(files), "trust-anchor " + files.trust_anchor +
                                ": the certificate of ar1.example, urn:example:ar1 is not a CA's");
}

TEST_F(TlsIdentityTest, FindsFaultWithAnExpiredOrFutureCertificate) {
    const auto expired = certificates.domain.issue({.names = "DNS:a.example", .ends_in = -100});
    TlsFiles files = certificates.files(expired, certificates.domain);
    EXPECT_THAT(faults(files), ElementsAre(StartsWith("certificate-file " + files.certificate +
                                                      ": the certificate expired on 20")));
    const auto future = certificates.domain.issue({.names = "DNS:a.example", .starts_in = 1000});
    files = certificates.files(future, certificates.domain);
    EXPECT_THAT(faults(files), ElementsAre(HasSubstr("is not valid before 20")));
}

TEST_F(TlsIdentityTest, FindsFaultWithAnExpiredAuthorityOfOurCertificateOnly) {
    const auto expired = Authority::issue(
        {.common_name = "Site CA", .ends_in = -100, .authority = true}, certificates.domain.self());
    const auto issued = Authority::issue({.names = "DNS:ar1.example"}, expired);
    TlsFiles files = certificates.files(issued, certificates.domain);
    files.certificate =
        certificates.folder.write("chain", issued.certificate_pem() + expired.certificate_pem());
    EXPECT_THAT(faults(files),
                ElementsAre(HasSubstr("certificate of subject CN = Site CA: expired on 20")));
    EXPECT_THAT(warnings(files), IsEmpty());

    files = good;
    files.trust_anchor = certificates.folder.write(
        "both", certificates.domain.self().certificate_pem() + expired.certificate_pem());
    EXPECT_THAT(faults(files), IsEmpty()) << "the old one, during a change";
    EXPECT_THAT(warnings(files), ElementsAre(HasSubstr("Site CA expired on 20")));
}

TEST_F(TlsIdentityTest, WarnsOfAKeyThatEverybodyCanRead) {
    ASSERT_EQ(::chmod(good.key.c_str(), 0644), 0);
    EXPECT_THAT(warnings(good),
                ElementsAre("key-file " + good.key + ": is readable by every user: chmod o= it"));
}

TEST_F(TlsIdentityTest, FindsThatPeersWillRefuseAForeignCertificate) {
    TlsFiles files = good;
    files.trust_anchor =
        certificates.folder.write("foreign", certificates.foreign.self().certificate_pem());
    EXPECT_THAT(faults(files), ElementsAre(HasSubstr("peers with trust-anchor")));
}

TEST_F(TlsIdentityTest, TakesSeveralAuthoritiesDuringAChange) {
    const auto from_foreign = certificates.foreign.issue({.names = "DNS:ar2.example"});
    const std::string both =
        certificates.folder.write("both", certificates.domain.self().certificate_pem() +
                                              certificates.foreign.self().certificate_pem());
    TlsFiles anchor = certificates.files("DNS:anchor.example");
    TlsFiles access = certificates.files(from_foreign, certificates.foreign);
    anchor.trust_anchor = access.trust_anchor = both;
    TlsPair pair(Certificates::load(anchor), Certificates::load(access));
    EXPECT_TRUE(pair.connect());
}

TEST_F(TlsIdentityTest, SendsItsIntermediateAuthorities) {
    const auto between = certificates.domain.issue({.common_name = "Site CA", .authority = true});
    const auto issued = Authority::issue({.names = "DNS:ar1.example"}, between);
    TlsFiles files = certificates.files(issued, certificates.domain);
    EXPECT_THAT(faults(files), ElementsAre(HasSubstr("will refuse it")));
    files.certificate =
        certificates.folder.write("chain", issued.certificate_pem() + between.certificate_pem());
    EXPECT_THAT(faults(files), IsEmpty());
    TlsPair pair(certificates.identity("DNS:anchor.example"), Certificates::load(files));
    EXPECT_TRUE(pair.connect());
}

TEST_F(TlsIdentityTest, LogsKeysOnlyWhereAFileIsGiven) {
    TlsFiles files = good;
    files.key_log = certificates.folder.path("keys");
    TlsPair pair(certificates.identity("DNS:anchor.example"), Certificates::load(files));
    ASSERT_TRUE(pair.connect());
    struct stat status {};
    ASSERT_EQ(::stat(files.key_log.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    std::ifstream log(files.key_log);
    std::string line;
    ASSERT_TRUE(std::getline(log, line));
    EXPECT_THAT(line, StartsWith("SERVER_HANDSHAKE_TRAFFIC_SECRET "));
}

}  // namespace
}  // namespace mobility::testing
