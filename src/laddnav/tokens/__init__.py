"""Who may charge: RFID cards, apps, contract certificates, codes and ad hoc tokens."""
