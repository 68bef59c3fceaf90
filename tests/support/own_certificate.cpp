#include "tests/support/own_certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "tests/support/freed.h"

namespace support {
namespace {

using Key = std::unique_ptr<EVP_PKEY, Freed<::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<::X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<::X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<::BIO_free>>;

Certificate sign_own(EVP_PKEY* key, const std::string& name) {
    Certificate certificate{::X509_new()};
    ::X509_set_version(certificate.get(), 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3600);
    ::X509_set_pubkey(certificate.get(), key);
    auto* subject = ::X509_get_subject_name(certificate.get());
    ::X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0
    );
    ::X509_set_issuer_name(certificate.get(), subject);
    const Extension names{
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str())};
    check(names != nullptr, "subjectAltName");
    ::X509_add_ext(certificate.get(), names.get(), -1);
    check(::X509_sign(certificate.get(), key, ::EVP_sha256()) > 0, "X509_sign");
    return certificate;
}

std::string text_of(BIO* memory) {
    char* text = nullptr;
    const auto size = ::BIO_get_mem_data(memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string as_pem(X509* certificate) {
    const Memory memory{::BIO_new(::BIO_s_mem())};
    check(::PEM_write_bio_X509(memory.get(), certificate) == 1, "PEM_write_bio_X509");
    return text_of(memory.get());
}

std::string as_pem(EVP_PKEY* key) {
    const Memory memory{::BIO_new(::BIO_s_mem())};
    check(
        ::PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "PEM_write_bio_PrivateKey"
    );
    return text_of(memory.get());
}

}  // namespace

OwnCertificate make_own_certificate(const std::string& name) {
    const Key key{::EVP_EC_gen("P-256")};
    check(key != nullptr, "EVP_EC_gen");
    return {as_pem(sign_own(key.get(), name).get()), as_pem(key.get())};
}

}  // namespace support
