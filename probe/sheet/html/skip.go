package html

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

func set(names string) map[string]bool {
	m := map[string]bool{}
	for n := range strings.FieldsSeq(names) {
		m[n] = true
	}
	return m
}

// The elements of HTML, by what they do to a page.
var (
	void   = set("area base br col embed hr img input link meta source track wbr")
	blocks = set(`address button article aside blockquote body center details dialog div fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup
		hr html legend li main menu nav ol p pre section summary textarea ul ac:structured-macro ac:rich-text-body ac:layout-cell ac:layout-section`)
	unseen = set(`script style template noscript iframe object embed svg math canvas audio video select button datalist map applet noframes title
		ac:parameter`)
	// Elements whose end may be left out (HTML standard, section 13.1.2.4), and what they stand in.
	endless = set("p li dt dd td th tr")
	holders = set("ul ol dl table menu")
	around  = set("nav footer aside")

	aroundRoles = set("navigation banner contentinfo search complementary menu menubar toolbar alert dialog")
	// aroundClasses are names that pages give to what surrounds their text.
	aroundClasses = set(`nav navbar navigation sidebar side-bar breadcrumb breadcrumbs footer menu toc toc-macro table-of-contents comments comment-section related
		related-articles recent-articles recently-viewed-articles article-votes article-relatives article-more-questions article-share article-comments share
		cookie cookie-banner skip-link skip-to-content page-metadata likes-and-labels-container labels-section search-box searchbox pagination pager
		rst-versions wy-nav-side sphinxsidebar headerlink anchor-link copy-button copybtn md-sidebar theme-doc-toc-desktop table-of-contents__wrapper
		feedback was-this-helpful helpful`)
	aroundTags = set("div section ul ol p a span nav header")

	// mainClasses are names that pages give to their text.
	mainClasses = set(`wiki-content article-body article__body article-content markdown-body post-content entry-content theme-doc-markdown rst-content
		document-content topic-content kb-article-content solution_content ak-renderer-document`)
	mainIDs = set("main-content article-body")

	unseenClasses = set("gutter hljs-ln-numbers linenos lineno linenumber line-number line-numbers-rows blob-num rouge-gutter expand-control sr-only visually-hidden")
)

// leavesOut begins to skip an element that is not read, until it ends.
func (w *walker) leavesOut(t html.Token) bool {
	classes := strings.Fields(strings.ToLower(attr(t, "class")))
	oneOf := func(names map[string]bool) bool {
		return slices.ContainsFunc(classes, func(c string) bool { return names[c] })
	}
	hides := isHidden(t)
	surrounds := around[t.Data] || aroundRoles[strings.ToLower(attr(t, "role"))] || aroundTags[t.Data] && (oneOf(aroundClasses) || aroundClasses[strings.ToLower(attr(t, "id"))])
	banner := t.Data == "header" || t.Data == "div" && strings.EqualFold(attr(t, "id"), "header")
	switch {
	case t.Data == "button" && w.top().pre == 0 && !hides && w.showsCall():
		return false
	case unseen[t.Data], hides, oneOf(unseenClasses):
	case w.surroundings || !surrounds && !banner:
		return false
	}
	if t.Type == html.SelfClosingTagToken || void[t.Data] {
		return true
	}
	w.skipping, w.skipped, w.hides, w.banner, w.inner = t.Data, 1, hides, banner && !hides, 0
	if blocks[t.Data] {
		w.flush()
	}
	return true
}

// endsSkipped says that an element that is left out, and whose end is not marked, ends before a tag.
func (w *walker) endsSkipped(name string, start bool) bool {
	if !endless[w.skipping] {
		return false
	}
	switch {
	case w.skipping == "p":
		return blocks[name] && (start || name != "p") || holders[name] || endless[name] && name != "p"
	case holders[name] && start:
		w.inner++
	case holders[name]:
		w.inner--
		return w.inner < 0
	}
	return start && w.inner == 0 && (name == w.skipping || name == "tr" || w.skipping != "tr" && w.skipping != "li" && endless[name] && name != "p" && name != "li")
}

// isHidden says that the markup itself hides an element. What a style sheet hides is not known.
func isHidden(t html.Token) bool {
	style := strings.ToLower(strings.Join(strings.Fields(attr(t, "style")), ""))
	inline := t.Data == "span" || t.Data == "i" || t.Data == "td"
	return has(t, "hidden") || strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || strings.Contains(style, "mso-hide:all") ||
		inline && attr(t, "aria-hidden") == "true"
}

// enterMain notices the element that holds the text of the page. Within it only those of its name are counted.
func (w *walker) enterMain(t html.Token) {
	if len(w.stack) > 1 {
		return
	}
	if len(w.main) > 0 {
		if w.main[0] == t.Data {
			w.main = append(w.main, t.Data)
		}
		return
	}
	isMain := t.Data == "main" || t.Data == "article" || attr(t, "role") == "main" || mainIDs[attr(t, "id")]
	for c := range strings.FieldsSeq(attr(t, "class")) {
		isMain = isMain || mainClasses[c]
	}
	if isMain {
		w.main = []string{t.Data}
	}
}

func (w *walker) leaveMain(name string) {
	if n := len(w.main); n > 0 && len(w.stack) == 1 && w.main[0] == name {
		w.main = w.main[:n-1]
	}
}

// attr is an attribute; "" where there is none.
func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(t html.Token, name string) bool {
	return slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == name })
}
