// What every error number means, in both languages: one text for each code of the tree (a test
// looks for them all).
//
//     obhut: brief.odt: not enough space on this disk (E-0853)        what (the caller's): why
//     (number)
//            Make room on the disk and run the command again.         advice
//
// `meaning` is the explanation that `obhut help E-0853` shows. Codes are given by number, since the
// areas they belong to (the server's, too) are not this program's to include.
#pragma once

#include <span>
#include <string>

#include "cli/messages/text.h"
#include "core/base/error.h"

namespace obhut::cli {

struct ErrorText {
    std::uint16_t number;
    Text why;
    Text meaning;
    Text advice;
};

// error_text finds the text of an error; for numbers of a newer server one that says so.
const ErrorText& error_text(Error error);
// find_error_text is nullptr where there is none.
const ErrorText* find_error_text(std::uint16_t number);

// error_number writes E-0123, and for those whose detail says more (errno, the reason of a refusal)
// E-0123/28.
std::string error_number(Error error);
// parse_error_number reads "E-0123", "e123", "123"; 0 if it is none.
std::uint16_t parse_error_number(std::string_view text);

// all_error_texts gives the texts area by area.
std::span<const std::span<const ErrorText>> all_error_texts();

}  // namespace obhut::cli
