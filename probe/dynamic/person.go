package dynamic

import (
	"fmt"
	"strings"
)

// person makes what a form asks of people. Telephone numbers are those that Ofcom keeps for drama: they ring nowhere.
func (s *Source) person(name string) string {
	switch name {
	case "firstName":
		return s.firstName()
	case "lastName":
		return s.lastName()
	case "fullName":
		return s.firstName() + " " + s.lastName()
	case "email":
		return strings.ToLower(fmt.Sprintf("%s.%s.%06d@example.test", s.firstName(), s.lastName(), s.rand.IntN(1_000_000)))
	case "phone":
		return fmt.Sprintf("447700900%03d", s.rand.IntN(1000))
	}
	return s.pick("Accra", "Bergen", "Bogota", "Chennai", "Cork", "Dakar", "Delhi", "Dresden", "Galway", "Graz", "Hanoi", "Jaipur", "Kochi", "Lagos",
		"Leeds", "Lima", "Lyon", "Mumbai", "Nairobi", "Odense", "Oslo", "Porto", "Pune", "Quito", "Riga", "Seoul", "Tartu", "Turin", "Utrecht", "Vienna")
}

func (s *Source) firstName() string {
	return s.pick("Ada", "Amara", "Anil", "Asha", "Bela", "Carlos", "Chidi", "Clara", "Deepa", "Elena", "Emil", "Farah", "Grace", "Hanna", "Ines", "Ivan",
		"Jonas", "Kavya", "Kiran", "Lena", "Luis", "Mateo", "Mei", "Mira", "Nadia", "Noor", "Omar", "Priya", "Rafael", "Ravi", "Sara", "Tomas", "Uma", "Yusuf")
}

func (s *Source) lastName() string {
	return s.pick("Adeyemi", "Almeida", "Bauer", "Becker", "Chen", "Costa", "Desai", "Eriksen", "Farouk", "Garcia", "Gupta", "Haas", "Iyer", "Jansen",
		"Kapoor", "Khan", "Kowalski", "Larsen", "Lopez", "Mehta", "Moreau", "Nair", "Novak", "Okafor", "Patel", "Rao", "Rossi", "Silva", "Tanaka", "Weber")
}

func (s *Source) pick(of ...string) string { return of[s.rand.IntN(len(of))] }
