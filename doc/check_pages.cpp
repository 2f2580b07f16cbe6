//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// check_pages [--update] <root> [<name>=<program>...] -- <page>...
//
// Checks the pages, which are Markdown files named from the root:
//
//   a block of C++ is the text of a file that is compiled: behind <!-- code: <file> [<region>] --> it is what stands
//   between the lines `// [region]` and `// [/region]` of that file, less the common indentation; --update writes it;
//
//   a block behind <!-- output: <name> --> holds lines that the program prints, in their order;
//
//   a link within the project leads to a file that is there, and to a heading that is there.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

using lines = std::vector<std::string>;

lines split(std::istream& in) {
    lines result;
    for (std::string line; std::getline(in, line);)
        result.push_back(line);
    return result;
}

lines read(fs::path const& path) {
    std::ifstream in(path);
    if (!in)
        throw std::runtime_error("can't read " + path.string());
    return split(in);
}

lines without_indentation(lines text) {
    auto common = std::string::npos;
    for (auto const& line : text)
        common = std::min(common, line.find_first_not_of(' '));
    for (auto& line : text)
        line.erase(0, std::min(common, line.size()));
    return text;
}

lines region(fs::path const& path, std::string const& name) {
    lines result;
    bool inside = false;
    for (auto const& line : read(path)) {
        auto const start = std::min(line.find_first_not_of(' '), line.size());
        auto const text = std::string_view(line).substr(start);
        if (text == "// [/" + name + "]")
            return without_indentation(std::move(result));
        if (inside)
            result.push_back(line);
        else
            inside = text == "// [" + name + "]";
    }
    throw std::runtime_error(path.string() + " has no whole region [" + name + "]");
}

lines output(std::string const& program) {
    std::FILE* const pipe = ::popen(program.c_str(), "r");
    if (!pipe)
        throw std::runtime_error("can't run " + program);
    std::string text;
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        text.append(buffer, n);
    if (::pclose(pipe) != 0)
        throw std::runtime_error(program + " failed");
    std::istringstream in(text);
    return split(in);
}

// The anchor that the usual renderers give a heading.
std::string anchor(std::string_view heading) {
    std::string result;
    for (char const c : heading.substr(std::min(heading.find_first_not_of("# "), heading.size()))) {
        auto const u = static_cast<unsigned char>(c);
        if (std::isalnum(u) || c == '-' || c == '_')
            result += static_cast<char>(std::tolower(u));
        else if (c == ' ')
            result += '-';
    }
    return result;
}

bool has_heading(fs::path const& page, std::string const& wanted) {
    bool in_block = false;
    for (auto const& line : read(page)) {
        if (line.starts_with("```"))
            in_block = !in_block;
        else if (!in_block && line.starts_with("#") && anchor(line) == wanted)
            return true;
    }
    return false;
}

class checker {
public:
    checker(fs::path root, std::map<std::string, std::string> programs, bool update)
        : root_(std::move(root)), programs_(std::move(programs)), update_(update) {}

    void check(std::string const& page) {
        page_ = page;
        lines result;
        std::string marker;
        auto const text = read(root_ / page);
        for (line_ = 0; line_ < text.size(); ++line_) {
            auto const& line = text[line_];
            result.push_back(line);
            if (line.starts_with("```")) {
                auto const first = line_ + 1;
                while (++line_ < text.size() && text[line_] != "```")
                    ;
                if (line_ == text.size())
                    return fail("a block without an end");
                for (auto& l : block(line.substr(3), marker,
                                     {text.begin() + difference(first), text.begin() + difference(line_)}))
                    result.push_back(std::move(l));
                result.push_back(text[line_]);
                marker.clear();
            } else if (line.starts_with("<!-- ")) {
                marker = line;
            } else {
                if (!line.empty())
                    marker.clear();
                links(line);
            }
        }
        if (update_ && result != text) {
            std::ofstream out(root_ / page);
            for (auto const& line : result)
                out << line << '\n';
        }
    }

    int failures() const noexcept { return failures_; }

private:
    static lines::difference_type difference(std::size_t n) { return static_cast<lines::difference_type>(n); }

    void fail(std::string const& why) {
        std::cerr << page_ << ':' << line_ + 1 << ": " << why << '\n';
        ++failures_;
    }

    // Gives what the block ought to be.
    lines block(std::string const& language, std::string const& marker, lines found) {
        static std::regex const code("<!-- code: (\\S+) \\[(\\w+)\\] -->");
        static std::regex const run("<!-- output: (\\S+) -->");
        std::smatch match;
        if (std::regex_match(marker, match, code)) {
            auto const wanted = region(root_ / match[1].str(), match[2]);
            if (found != wanted && !update_)
                fail("the block is not the text of " + match[1].str() + " [" + match[2].str()
                     + "]; check_pages --update writes it");
            return wanted;
        }
        if (std::regex_match(marker, match, run)) {
            auto const program = programs_.find(match[1]);
            if (program == programs_.end()) {
                fail("no such program");
                return found;
            }
            auto const printed = output(program->second);
            auto at = printed.begin();
            for (auto const& line : found) {
                at = std::find(at, printed.end(), line);
                if (at == printed.end()) {
                    fail("the program doesn't print: " + line);
                    break;
                }
                ++at;
            }
        } else if (language == "cpp") {
            fail("C++ that isn't compiled: there is no <!-- code: <file> [<region>] --> before the block");
        }
        return found;
    }

    void links(std::string const& line) {
        static std::regex const link("\\]\\(([^)#\\s]*)(#([^)\\s]*))?\\)");
        for (std::sregex_iterator i(line.begin(), line.end(), link), end; i != end; ++i) {
            std::string const target = (*i)[1];
            if (target.find("://") != std::string::npos)
                continue;
            fs::path const path = target.empty() ? root_ / page_ : (root_ / page_).parent_path() / target;
            if (!fs::exists(path))
                fail("a link to nowhere: " + target);
            else if ((*i)[3].matched && !has_heading(path, (*i)[3]))
                fail("a link to no heading: " + (*i)[0].str());
        }
    }

    fs::path root_;
    std::map<std::string, std::string> programs_;
    bool update_;
    std::string page_;
    std::size_t line_ = 0;
    int failures_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    bool const update = !arguments.empty() && arguments.front() == "--update";
    if (update)
        arguments.erase(arguments.begin());
    auto const dashes = std::find(arguments.begin(), arguments.end(), "--");
    if (arguments.empty() || dashes == arguments.begin() || dashes == arguments.end()
        || dashes + 1 == arguments.end()) {
        std::cerr << "usage: check_pages [--update] <root> [<name>=<program>...] -- <page>...\n";
        return 2;
    }

    try {
        std::map<std::string, std::string> programs;
        for (auto i = arguments.begin() + 1; i != dashes; ++i)
            programs[i->substr(0, i->find('='))] = i->substr(i->find('=') + 1);
        checker pages(arguments.front(), std::move(programs), update);
        for (auto i = dashes + 1; i != arguments.end(); ++i)
            pages.check(*i);
        return pages.failures() == 0 ? 0 : 1;
    } catch (std::exception const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
