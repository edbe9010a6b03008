"""Files the program ships: icons, styles, help texts. No code."""
